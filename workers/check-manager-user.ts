import type { LocalProbe, PbxInspection } from '../ami/inspect-pbx.ts';
import {
  excessOf,
  missingWriteRights,
  neededRead,
  surplusWriteRights,
} from '../ami/manager-rights.ts';
import type { Finding } from './finding.ts';

export interface ManagerUserLook {
  readonly pbx: string;
  readonly username: string;
  readonly probe: LocalProbe;
  /** Whether context dialer-doctor is there: without it read=user cannot be tried. */
  readonly hasDoctor: boolean;
}

/**
 * Rights to write are told by ListCommands. Rights to read are tried: AMI has no question for them.
 * read=agent cannot be tried without a caller in a queue, so the file is asked for it, and for rights
 * that are too many.
 */
export async function checkManagerUser(
  inspection: PbxInspection,
  { pbx, username, probe, hasDoctor }: ManagerUserLook,
): Promise<Finding[]> {
  const actions = await inspection.actions();
  const read = await inspection.value(`AST_CONFIG(manager.conf,${username},read,-1)`);
  const listed = read === null || read === '' ? null : read.split(/[\s,]+/);
  const missing = [
    ...missingWriteRights(actions),
    ...(inspection.isBooted ? [] : ['read=system']),
    // A PBX that is busy may answer the probe late: then unheardFinding says so.
    ...(probe.reason === null && actions.has('originate') && !mayRead(listed, 'call')
      ? ['read=call']
      : []),
    ...(hasDoctor && !hearsUserEvents(probe) ? ['read=user'] : []),
    ...(listed === null || mayRead(listed, 'agent') ? [] : ['read=agent']),
  ];
  const isUnheard = probe.reason === null && actions.has('originate') && mayRead(listed, 'call');
  return [
    ...(isUnheard ? [unheardFinding(pbx, username)] : []),
    rightsFinding(pbx, username, missing, listed === null),
    ...surplusFinding(pbx, username, [
      ...surplusWriteRights(actions),
      ...excessOf(listed ?? []).map((right) => `read=${right}`),
    ]),
    ...(await checkWriteTimeout(inspection, pbx, username)),
  ];
}

function unheardFinding(pbx: string, username: string): Finding {
  const detail = `manager.conf gives ${username} read=call, and yet no OriginateResponse was heard: \`manager reload\`, then ask again`;
  return { check: `${pbx}: read=call`, result: 'warning', detail };
}

function mayRead(listed: readonly string[] | null, right: string): boolean {
  return listed !== null && (listed.includes(right) || listed.includes('all'));
}

function hearsUserEvents({ events }: LocalProbe): boolean {
  return events.some(({ event }) => event === 'DialerDoctor');
}

function rightsFinding(
  pbx: string,
  username: string,
  missing: readonly string[],
  isAgentUnknown: boolean,
): Finding {
  const check = `${pbx}: rights`;
  if (missing.length > 0) {
    const detail = `the manager user ${username} lacks ${missing.join(', ')}: add it in manager.conf (or manager_custom.conf), then \`manager reload\``;
    return { check, result: 'fault', detail };
  }
  if (isAgentUnknown) {
    const detail = `what can be tried is granted; whether read=agent is cannot be told, because manager.conf has no section [${username}] that func_config.so can read. It needs read = ${neededRead.join(',')}`;
    return { check, result: 'warning', detail };
  }
  return { check, result: 'ok', detail: `${username} has what is needed` };
}

function surplusFinding(pbx: string, username: string, surplus: readonly string[]): Finding[] {
  if (surplus.length === 0) return [];
  const detail = `the manager user ${username} has more rights than it needs (${surplus.join(', ')}): a stolen secret would do more harm. Take them away`;
  return [{ check: `${pbx}: rights it does not need`, result: 'warning', detail }];
}

/** The shipped value; the default of Asterisk is 100 ms. */
const wantedWriteTimeoutMs = 5_000;

async function checkWriteTimeout(
  inspection: PbxInspection,
  pbx: string,
  username: string,
): Promise<Finding[]> {
  const check = `${pbx}: writetimeout`;
  const text = await inspection.value(`AST_CONFIG(manager.conf,${username},writetimeout,-1)`);
  if (text === null) return [];
  const read = await inspection.value(`AST_CONFIG(manager.conf,${username},read,-1)`);
  if (text === '' && !read) {
    return [{ check, result: 'warning', detail: 'cannot be told: load func_config.so' }];
  }
  if (Number(text) >= wantedWriteTimeoutMs) return [{ check, result: 'ok', detail: `${text} ms` }];
  const is = text === '' ? 'is not set, so it is 100 ms' : `is ${text} ms`;
  const detail = `${is}: a short stall of the dialler would lose events. Set writetimeout = ${wantedWriteTimeoutMs} for ${username}`;
  return [{ check, result: 'warning', detail }];
}
