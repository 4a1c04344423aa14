import { leastRights } from './manager-user.ts';

/** What `dialer doctor` may ask of a PBX; the first form that fits answers. */
const answers: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^DEVICE_STATE\(PJSIP\/(.+)\)$/, deviceState],
  [/^PJSIP_ENDPOINT\((.+),context\)$/, () => 'from-carrier'],
  [/^PJSIP_ENDPOINT\((.+),redirect_method\)$/, () => 'user'],
  [/^IFMODULE\((.+)\)$/, () => '1'],
  [/^AST_CONFIG\(manager\.conf,(.+),read\)$/, () => leastRights.read.join(',')],
  [/^AST_CONFIG\(manager\.conf,(.+),writetimeout\)$/, () => '5000'],
];

/** The value of a dialplan function asked without a channel; empty when it is not simulated. */
export function functionValue(question: string, dialplan: ReadonlySet<string>): string {
  const [, context, exten] = /^DIALPLAN_EXISTS\(([^,]+),([^,]+),1\)$/.exec(question) ?? [];
  if (context !== undefined) return dialplan.has(`${context},${exten}`) ? '1' : '0';
  for (const [form, answer] of answers) {
    const found = form.exec(question);
    if (found) return answer(found[1] ?? '');
  }
  return '';
}

/** Of the endpoints of the table of outcomes; any other is a phone that can be rung. */
function deviceState(endpoint: string): string {
  if (endpoint === '1999' || endpoint === 'nobody') return 'INVALID';
  return ['unregistered', 'unreachable'].includes(endpoint) ? 'UNAVAILABLE' : 'NOT_INUSE';
}
