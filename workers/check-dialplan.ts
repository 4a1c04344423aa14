import type { LocalProbe, PbxInspection } from '../ami/inspect-pbx.ts';
import type { ReasonDialect } from '../domain/reason-dialect.ts';
import type { Finding } from './finding.ts';

/** Version of asterisk/config/extensions-dialer.conf; its context dialer-doctor says the same number. */
const dialplanVersion = '1';

const shipped = ['dialer-answered', 'dialer-agent', 'dialer-amd', 'dialer-doctor'] as const;

/** A context and an extension of it that is there in every version of the file. */
const entries: readonly (readonly [string, string])[] = [
  ...shipped.map((context) => [context, 's'] as const),
  ['dialer-connect', 'queue_sales'],
  ['dialer-transfer', 's'],
];

/** The shipped contexts that are not there; null when the PBX cannot be asked. */
export async function missingContexts(inspection: PbxInspection): Promise<string[] | null> {
  const missing: string[] = [];
  for (const [context, extension] of entries) {
    const exists = await inspection.value(`DIALPLAN_EXISTS(${context},${extension},1)`);
    if (exists === null || exists === '') return null;
    if (exists === '0') missing.push(context);
  }
  return missing;
}

export function checkDialplan(
  pbx: string,
  missing: readonly string[] | null,
  probe: LocalProbe,
): Finding {
  const check = `${pbx}: dialplan`;
  const include =
    'include extensions-dialer.conf (from extensions_custom.conf on FreePBX and Issabel) and `dialplan reload`';
  if (missing === null) {
    const detail =
      'cannot be told: the PBX has no function DIALPLAN_EXISTS (load func_dialplan.so)';
    return { check, result: 'warning', detail };
  }
  if (missing.length > 0) {
    return {
      check,
      result: 'fault',
      detail: `not there: ${missing.join(', ')}. Please ${include}`,
    };
  }
  const answer = probe.events.find(({ event }) => event === 'DialerDoctor');
  if (answer?.event !== 'DialerDoctor') {
    const detail = 'the contexts are there; their version cannot be told without read=user';
    return { check, result: 'warning', detail };
  }
  if (answer.version !== dialplanVersion) {
    const detail = `version ${answer.version ?? 'unknown'}, this dialler wants ${dialplanVersion}: copy the new extensions-dialer.conf and \`dialplan reload\``;
    return { check, result: 'fault', detail };
  }
  return { check, result: 'ok', detail: `all contexts, version ${dialplanVersion}` };
}

/** What OriginateResponse says of Busy() in each dialect; `issabel` is the table of its page. */
const reasonOfBusy: Readonly<Record<ReasonDialect, number>> = { asterisk: 5, issabel: 1 };

/** Asks a Local channel that is busy at once how this PBX reports it. */
export async function checkReasonDialect(
  inspection: PbxInspection,
  pbx: string,
  configured: ReasonDialect,
): Promise<Finding> {
  const check = `${pbx}: reason dialect`;
  const { reason } = await inspection.probe('busy');
  if (reason === reasonOfBusy[configured]) {
    return { check, result: 'ok', detail: `busy is reported as ${reason}: ${configured}` };
  }
  const other = (Object.keys(reasonOfBusy) as ReasonDialect[]).find(
    (dialect) => reasonOfBusy[dialect] === reason,
  );
  if (other === undefined) {
    const detail = `busy was reported as ${reason ?? 'nothing'}, which no dialect knows: ask for help with the version above`;
    return { check, result: 'warning', detail };
  }
  const detail = `busy is reported as ${reason}, so reasonDialect must be ${other} and not ${configured}: calls would get a wrong status`;
  return { check, result: 'fault', detail };
}
