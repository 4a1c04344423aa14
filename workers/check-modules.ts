import type { PbxInspection } from '../ami/inspect-pbx.ts';
import type { Finding } from './finding.ts';

/** Whether a module runs; null when the PBX cannot be asked (func_module.so is not loaded). */
export async function runs(inspection: PbxInspection, module: string): Promise<boolean | null> {
  const answer = await inspection.value(`IFMODULE(${module}.so)`);
  return answer === '1' ? true : answer === '0' ? false : null;
}

export async function checkMachineDetection(
  inspection: PbxInspection,
  pbx: string,
): Promise<Finding> {
  const check = `${pbx}: answering machines`;
  const [amd, silence] = [
    await runs(inspection, 'app_amd'),
    await runs(inspection, 'app_waitforsilence'),
  ];
  if (amd === null) return { check, result: 'warning', detail: cannotTell };
  if (!amd || silence === false) {
    const module = amd ? 'app_waitforsilence.so' : 'app_amd.so (it needs an amd.conf)';
    const detail = `${module} is not loaded: campaigns with answeringMachine would not work`;
    return { check, result: 'warning', detail };
  }
  return { check, result: 'ok', detail: 'app_amd and app_waitforsilence are loaded' };
}

const cannotTell = 'cannot be told: load func_module.so';

/** What keeps the PBX's own record somewhere. */
const celBackends = [
  ...['cel_pgsql', 'cel_odbc', 'cel_custom', 'cel_sqlite3_custom', 'cel_tds', 'cel_radius'],
] as const;
const neededCelEvents = ['CHAN_START', 'CHAN_END', 'ANSWER', 'HANGUP', 'LINKEDID_END'] as const;

/** The PBX's own record of calls: on, complete, and without the setting that silently turns it off. */
export async function checkCel(inspection: PbxInspection, pbx: string): Promise<Finding> {
  const check = `${pbx}: record of calls (CEL)`;
  const setting = async (key: string) =>
    (await inspection.value(`AST_CONFIG(cel.conf,general,${key},-1)`)) ?? '';
  const enable = await setting('enable');
  const events = (await setting('events')).split(/[\s,]+/).map((event) => event.toUpperCase());
  const apps = await setting('apps');
  const missing = events.includes('ALL')
    ? []
    : neededCelEvents.filter((event) => !events.includes(event));
  const hasApp = events.includes('APP') || events.includes('ALL');
  const say = (result: Finding['result'], detail: string) => ({ check, result, detail });
  if (!/^(?:yes|true|y|t|1|on)$/i.test(enable)) {
    const where = 'enable = yes in cel.conf (cel_general_custom.conf on FreePBX and Issabel)';
    return say('warning', `off, or not to be read: set ${where}, then \`module reload cel\``);
  }
  if (apps !== '' && !hasApp) {
    return say(
      'warning',
      'apps= without APP in events= turns CEL off without a word: remove apps=',
    );
  }
  if (missing.length > 0) return say('warning', `events= lacks ${missing.join(', ')}`);
  for (const backend of celBackends) {
    if ((await runs(inspection, backend)) !== false) return say('ok', 'on, with the needed events');
  }
  return say('warning', `on, but nothing keeps it: load one of ${celBackends.join(', ')}`);
}
