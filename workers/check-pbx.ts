import {
  inspectPbx,
  type InspectionEnd,
  type InspectOptions,
  type PbxInspection,
} from '../ami/inspect-pbx.ts';
import { missingWriteRights } from '../ami/manager-rights.ts';
import type { ReasonDialect } from '../domain/reason-dialect.ts';
import { checkDialplan, checkReasonDialect, missingContexts } from './check-dialplan.ts';
import { checkAgent, checkRegistrations, checkTrunk } from './check-endpoint.ts';
import { checkManagerUser } from './check-manager-user.ts';
import { checkCel, checkMachineDetection } from './check-modules.ts';
import { checkVersion } from './check-version.ts';
import type { Finding } from './finding.ts';

export interface PbxCheckOptions extends InspectOptions {
  /** Its name in dialer.yaml. */
  readonly name: string;
  readonly reasonDialect: ReasonDialect;
  /** Dial strings of the trunks that go out of this PBX, by name. */
  readonly trunks: Readonly<Record<string, { readonly dialString: string }>>;
  /** Endpoints of the agents, by name. */
  readonly agents: Readonly<Record<string, { readonly endpoint: string }>>;
  /** Other PBXs are configured, and an agent need not be on each. */
  readonly hasOthers: boolean;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/**
 * Logs in once and asks for everything the engine relies on. Rings nobody and changes nothing: the only
 * calls are two Local channels into context dialer-doctor, which never answers and dials nothing.
 */
export async function checkPbx(options: PbxCheckOptions): Promise<Finding[]> {
  const pbx = `PBX ${options.name}`;
  const check = `${pbx} ${options.host}:${options.port}`;
  let result: { readonly found: Finding[] } | InspectionEnd;
  try {
    result = await inspectPbx(options, (inspection) => look(inspection, pbx, options));
  } catch (error) {
    const detail = `went away while it was asked: ${error instanceof Error ? error.message : 'unknown'}`;
    return [{ check, result: 'not_reachable', detail }];
  }
  if (result === 'refused') {
    const detail = `login as ${options.username} was refused: compare user name and secret with manager.conf, and its permit= with this machine's address`;
    return [{ check, result: 'fault', detail }];
  }
  if ('lost' in result) return [{ check, ...whyNotReached(result.lost) }];
  const encryption = encryptionOf(options);
  return [{ check, result: encryption.result, detail: encryption.detail }, ...result.found];
}

async function look(
  inspection: PbxInspection,
  pbx: string,
  options: PbxCheckOptions,
): Promise<Finding[]> {
  const version = await inspection.version();
  const first = checkVersion(pbx, version, options.today);
  if (missingWriteRights(await inspection.actions()).length > 0) {
    const none = { reason: 0, events: [] };
    return [
      ...first,
      ...(await checkManagerUser(inspection, { ...options, pbx, probe: none, hasDoctor: false })),
    ];
  }
  if (version?.endsWith('-simulated')) {
    const { reason } = await inspection.probe('busy');
    return [...first, simulated(pbx, inspection, reason)];
  }
  const probe = await inspection.probe('s');
  const missing = await missingContexts(inspection);
  const hasDoctor = missing !== null && !missing.includes('dialer-doctor');
  const findings = [
    ...first,
    ...(await checkManagerUser(inspection, { ...options, pbx, probe, hasDoctor })),
    checkDialplan(pbx, missing, probe),
  ];
  if (hasDoctor && probe.reason !== null) {
    findings.push(await checkReasonDialect(inspection, pbx, options.reasonDialect));
  }
  findings.push(await checkMachineDetection(inspection, pbx), await checkCel(inspection, pbx));
  findings.push(...(await checkRegistrations(inspection, pbx)));
  for (const [name, { dialString }] of Object.entries(options.trunks)) {
    findings.push(...(await checkTrunk(inspection, name, dialString)));
  }
  for (const [name, { endpoint }] of Object.entries(options.agents)) {
    const found = await checkAgent(inspection, name, endpoint);
    findings.push(options.hasOthers ? onOneOfSeveral(found, options.name) : found);
  }
  return findings;
}

/** With several PBXs an agent is missing only for campaigns over the trunks of this one. */
function onOneOfSeveral(found: Finding, pbx: string): Finding {
  const check = `${found.check} on PBX ${pbx}`;
  if (found.result !== 'fault') return { ...found, check };
  const detail = `${found.detail}; campaigns over trunks of this PBX do not reach the agent`;
  return { check, result: 'warning', detail };
}

/** The simulator has no dialplan, trunks or files that could be wrong. */
function simulated(pbx: string, { isBooted }: PbxInspection, reason: number | null): Finding {
  const missing = [...(isBooted ? [] : ['read=system']), ...(reason === null ? ['read=call'] : [])];
  return missing.length > 0
    ? { check: `${pbx}: rights`, result: 'fault', detail: `rights missing: ${missing.join(', ')}` }
    : {
        check: `${pbx}: rights`,
        result: 'ok',
        detail: 'simulated: there is nothing more to look at',
      };
}

function encryptionOf({ username, host, tls }: PbxCheckOptions): Omit<Finding, 'check'> {
  const login = `logged in as ${username}`;
  if (tls !== null) return { result: 'ok', detail: `${login} over TLS, certificate verified` };
  if (/^(?:localhost|::1|127(?:\.[0-9]{1,3}){3})$/i.test(host)) {
    return { result: 'ok', detail: `${login}, on this machine` };
  }
  const detail = `${login} without encryption: whoever can listen on the way can take over the PBX. Use tls, or a network of your own`;
  return { result: 'warning', detail };
}

function whyNotReached(code: string): Omit<Finding, 'check'> {
  const tls = certificateFaults.get(code);
  if (tls !== undefined)
    return { result: 'fault', detail: `${tls} (${code}); nothing was sent to it` };
  return { result: 'not_reachable', detail: `does not answer as a PBX (${code})` };
}

/** What Node says of certificates, for people. */
const certificateFaults: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has expired: make a new one'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: compare the clocks'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate is for another name: set tls.serverName to one of its names',
  ],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself: name it as tls.caFile'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its authority is not one of ours: name it as tls.caFile'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its authority is not one of ours: name it as tls.caFile'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its authority is not one of ours: name it as tls.caFile'],
  ['CERT_SIGNATURE_FAILURE', 'its certificate was not signed by the authority in tls.caFile'],
]);
