/**
 * How well a real Asterisk tells machines from people, with the settings we ship:
 *
 *   npm run -s bench:amd [-- --runs N] [--settings AMD.CONF] [--write]
 *
 * Calls each sound of asterisk/sounds N times (5 by default), prints Markdown, and with --write puts it into
 * docs/voicemail.md. With --settings it measures an amd.conf of your own. Needs `npm run asterisk:install`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { findInstalledAsterisk } from '../asterisk/provision/find-installed-asterisk.ts';
import { callEverySound, type Verdict } from './amd-calls.ts';
import { shippedAmdSettings } from './amd-pair-configuration.ts';
import { startAmdPair } from './amd-pair.ts';
import { amdReport } from './amd-report.ts';
import { labelledSounds } from './labelled-sounds.ts';

const page = new URL('../docs/voicemail.md', import.meta.url);

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    settings: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const installed = findInstalledAsterisk(process.env['DIALER_DATA_DIR'] ?? '.dialer');
if (installed === null) {
  console.error('no Asterisk is installed; npm run asterisk:install provides one');
  process.exit(2);
}
const report = amdReport(await measure(installed.root, Number(values.runs)));
console.log(report);
if (values.write) await writeInto(report);

async function measure(root: string, runs: number): Promise<Verdict[]> {
  const sounds = labelledSounds();
  const settings =
    values.settings === undefined ? shippedAmdSettings() : readFileSync(values.settings, 'utf8');
  const runDir = mkdtempSync(join(tmpdir(), 'amd-quality-'));
  const pair = await startAmdPair({ root, runDir, sounds, settings });
  try {
    const verdicts: Verdict[] = [];
    for (let run = 0; run < runs; run += 1) {
      verdicts.push(...(await callEverySound(pair, sounds)));
    }
    return verdicts;
  } finally {
    await pair.stop();
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** Replaces what stands between the two marks of the page. */
async function writeInto(text: string): Promise<void> {
  const [before, , after] = readFileSync(page, 'utf8').split(
    /(?<=<!-- measured -->\n)|(?=<!-- end -->)/,
  );
  if (before === undefined || after === undefined) throw new Error('the page has lost its marks');
  const options = { ...(await resolveConfig(page)), parser: 'markdown' };
  writeFileSync(page, await format(`${before}\n${text}\n${after}`, options));
}
