import type { PbxInspection } from '../ami/inspect-pbx.ts';
import type { Finding } from './finding.ts';
import { runs } from './check-modules.ts';

/** Where a dial string leads. */
export interface DialTarget {
  /** Such as `PJSIP`, in the case it was written in. */
  readonly technology: string;
  /** The endpoint, peer, or for Local the context. */
  readonly name: string;
}

/**
 * The endpoint of a dial string: `PJSIP/{number}@carrier`, `PJSIP/carrier/sip:{number}@host`,
 * `SIP/carrier/{number}`, `Local/{number}@context/n`, `PJSIP/1001`. Null for a form we cannot read.
 */
export function dialTargetOf(dialString: string): DialTarget | null {
  const [technology = '', first = '', ...rest] = dialString.split('/');
  const afterAt = first.split('@').slice(1).join('@');
  const name = first.includes('{number}')
    ? afterAt
    : rest.length > 0 || !first.includes('@')
      ? first
      : afterAt;
  return technology === '' || name === '' ? null : { technology, name };
}

/** Numbers of several lengths, none of them anybody's: what a redirect could ask for. */
const sampleNumbers = [
  '100',
  '5550100',
  '5555550100',
  '15555550100',
  '0015555550100',
  '+15555550100',
];

export async function checkTrunk(
  inspection: PbxInspection,
  trunk: string,
  dialString: string,
): Promise<Finding[]> {
  const check = `trunk ${trunk}`;
  const target = dialTargetOf(dialString);
  if (target === null) {
    return [
      { check, result: 'warning', detail: `${dialString} is of a form that cannot be checked` },
    ];
  }
  const technology = target.technology.toUpperCase();
  if (technology === 'LOCAL') return [await checkLocal(inspection, check, target.name)];
  const state = await deviceState(inspection, `${target.technology}/${target.name}`);
  const reach = { check, ...judgeTrunkState(`${target.technology}/${target.name}`, state) };
  if (technology !== 'PJSIP' || state === 'INVALID') return [reach];
  return [reach, await checkRedirects(inspection, trunk, target.name)];
}

async function deviceState(inspection: PbxInspection, device: string): Promise<string | null> {
  const state = await inspection.value(`DEVICE_STATE(${device})`);
  return state === '' ? null : state;
}

function judgeTrunkState(device: string, state: string | null): Omit<Finding, 'check'> {
  switch (state) {
    case 'INVALID':
      return { result: 'fault', detail: `the PBX has no ${device}: check the name in dialString` };
    case 'UNAVAILABLE':
      return {
        result: 'fault',
        detail: `${device} does not answer or is not registered: no call can go out. Look at \`pjsip show endpoint\``,
      };
    case null:
    case 'UNKNOWN':
      return { result: 'warning', detail: `whether ${device} can be reached cannot be told` };
    default:
      return { result: 'ok', detail: `${device} is ready (${state})` };
  }
}

async function checkLocal(
  inspection: PbxInspection,
  check: string,
  context: string,
): Promise<Finding> {
  for (const number of sampleNumbers) {
    const answer = await inspection.value(`DIALPLAN_EXISTS(${context},${number},1)`);
    if (answer === '1') return { check, result: 'ok', detail: `context ${context} takes numbers` };
    if (answer !== '0') return { check, result: 'warning', detail: 'cannot be told' };
  }
  const detail = `context ${context} takes none of the numbers that were tried: is there such a context?`;
  return { check, result: 'warning', detail };
}

/** A carrier that answers 302 must not be able to have another number rung. */
async function checkRedirects(
  inspection: PbxInspection,
  trunk: string,
  endpoint: string,
): Promise<Finding> {
  const check = `trunk ${trunk}: redirects`;
  const method = await inspection.value(`PJSIP_ENDPOINT(${endpoint},redirect_method)`);
  const context = await inspection.value(`PJSIP_ENDPOINT(${endpoint},context)`);
  if (method === null || method === '' || context === null || context === '') {
    const loaded = await runs(inspection, 'func_pjsip_endpoint');
    const detail = `cannot be told${loaded === false ? ': load func_pjsip_endpoint.so' : ''}`;
    return { check, result: 'warning', detail };
  }
  if (method !== 'user') {
    const detail = `redirect_method of ${endpoint} is ${method}: a carrier that answers 302 has another number rung, past suppression lists. Set redirect_method = user`;
    return { check, result: 'fault', detail };
  }
  const taken =
    (await takenNumber(inspection, context)) ?? (await takenPattern(inspection, context));
  if (taken === null) {
    return {
      check,
      result: 'ok',
      detail: `context ${context} takes no number, redirect_method is user`,
    };
  }
  const dials = await dialsOut(inspection, context);
  const detail = `context ${context} of ${endpoint} takes numbers such as ${taken}: a carrier that answers 302 has it run, past suppression lists. Give the dialler an endpoint of its own, with a context that matches nothing`;
  return dials
    ? { check, result: 'fault', detail: `${detail}; here it would dial` }
    : { check, result: 'warning', detail };
}

async function takenNumber(inspection: PbxInspection, context: string): Promise<string | null> {
  for (const number of sampleNumbers) {
    if ((await inspection.value(`DIALPLAN_EXISTS(${context},${number},1)`)) === '1') return number;
  }
  return null;
}

/** A pattern or number of the context, or of one it includes, that no sample was of. */
async function takenPattern(inspection: PbxInspection, start: string): Promise<string | null> {
  for await (const { extension, include } of linesFrom(inspection, start)) {
    if (include === null && /^(?:_.*[.!XZN0-9[]|[+0-9])/.test(extension)) return extension;
  }
  return null;
}

/** Whether a pattern or number of the context, or of one it includes, goes to Dial at once. */
async function dialsOut(inspection: PbxInspection, start: string): Promise<boolean> {
  for await (const { extension, application, include } of linesFrom(inspection, start)) {
    if (include === null && application === 'Dial' && /^[_+0-9]/.test(extension)) return true;
  }
  return false;
}

/** The lines of a context and of those it includes; dialplans of graphical front ends include hundreds. */
async function* linesFrom(inspection: PbxInspection, start: string) {
  const seen = new Set<string>();
  const waiting = [start];
  for (let context = waiting.pop(); context !== undefined; context = waiting.pop()) {
    if (seen.has(context) || seen.size >= 50) continue;
    seen.add(context);
    for (const line of (await inspection.dialplan(context)) ?? []) {
      if (line.include !== null) waiting.push(line.include);
      yield line;
    }
  }
}

/** An agent's phone may be off at the moment; it must exist. */
export async function checkAgent(
  inspection: PbxInspection,
  agent: string,
  endpoint: string,
): Promise<Finding> {
  const check = `agent ${agent}`;
  const target = dialTargetOf(endpoint);
  const isLocal = target?.technology.toUpperCase() === 'LOCAL';
  const device = isLocal ? endpoint.replace(/\/[a-z]+$/, '') : endpoint;
  const state = await deviceState(inspection, device);
  if (state === 'INVALID') {
    return { check, result: 'fault', detail: `the PBX has no ${endpoint}: check agents.${agent}` };
  }
  if (state === null || state === 'UNKNOWN') {
    return { check, result: 'warning', detail: `whether ${endpoint} is there cannot be told` };
  }
  if (state === 'UNAVAILABLE') {
    const detail = `${endpoint} is not registered now: calls go to the campaign's connect after 20 s`;
    return { check, result: 'warning', detail };
  }
  return { check, result: 'ok', detail: `${endpoint} is ${state}` };
}

export async function checkRegistrations(
  inspection: PbxInspection,
  pbx: string,
): Promise<Finding[]> {
  const lost = await inspection.lostRegistrations();
  if (lost === null || lost.length === 0) return [];
  const detail = `not registered at the carrier: ${lost.join(', ')}. Look at \`pjsip show registrations\``;
  return [{ check: `${pbx}: registrations`, result: 'warning', detail }];
}
