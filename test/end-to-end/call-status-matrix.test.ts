import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { reportedOf } from '../../asterisk/outcome-plan.ts';
import type { ExpectedOutcome } from '../../asterisk/plan/outcome.ts';
import { startSimulator } from '../../asterisk/simulator/start-simulator.ts';
import { startRealAsterisk } from '../support/start-real-asterisk.ts';
import { dialOutcomes, type DialledOutcome } from './dial-outcomes.ts';
import { differences, matrixPage, statusMatrix } from './status-matrix.ts';

const pageFile = fileURLToPath(new URL('../../docs/call-status-matrix.md', import.meta.url));

/** Prints the matrix, and holds every attempt against the table of outcomes and the carrier's record. */
async function check(t: TestContext, dialled: readonly DialledOutcome[]): Promise<void> {
  for (const line of [...statusMatrix(dialled), ...differences(dialled)]) t.diagnostic(line);
  assert.ok(dialled.length >= 60, `only ${dialled.length} outcomes`);
  const wrong = dialled.flatMap((one) => {
    const { outcome, attempt, rung } = one;
    const { dialStatus, callStatus, rule, confidence, hungUpBy, transferredTo } = attempt;
    const got = { dialStatus, callStatus, rule, confidence, hungUpBy, transferredTo };
    const want = reportedOf(outcome);
    const isAs = (one: ExpectedOutcome) =>
      (Object.keys(got) as (keyof typeof got)[]).every((key) => got[key] === one[key]);
    const isSame = isAs(want) || (outcome.race !== undefined && isAs(outcome.race));
    if (isSame && rung === callsToCarrier(one)) return [];
    const evidence = JSON.stringify(attempt.evidence);
    return [{ code: outcome.code, want, got, rung, evidence }];
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    differences(dialled).filter((line) => line.includes('UNEXPLAINED')),
    [],
  );
  assertSameEvidence(dialled);
  await comparePage(dialled);
}

/** How many calls reach the carrier: one over the trunk, one for each way out of a dialplan, else none. */
function callsToCarrier({ outcome, attempt }: DialledOutcome): number {
  const { dialString } = outcome.order;
  if (dialString === 'PJSIP/{number}@carrier') return 1;
  if (!dialString.startsWith('Local/')) return 0;
  return attempt.evidence.filter(
    (event) => event.kind === 'leg' && event.side === 'carrier' && event.what === 'dialled',
  ).length;
}

/** Rows that count as one must have the same evidence, but for times and the order of threads. */
function assertSameEvidence(dialled: readonly DialledOutcome[]): void {
  const factsOf = (code: string) => {
    const found = dialled.find(({ outcome }) => outcome.code === code);
    assert.ok(found !== undefined, code);
    return found.attempt.evidence.map((event) => JSON.stringify({ ...event, at: '' })).sort();
  };
  for (const { outcome } of dialled) {
    if (outcome.sameEvidenceAs === undefined) continue;
    assert.deepEqual(factsOf(outcome.code), factsOf(outcome.sameEvidenceAs), outcome.code);
  }
}

async function comparePage(dialled: readonly DialledOutcome[]): Promise<void> {
  const page = await format(matrixPage(dialled), { parser: 'markdown', printWidth: 100 });
  if (process.env['UPDATE_MATRIX'] === '1') await writeFile(pageFile, page);
  assert.equal(await readFile(pageFile, 'utf8'), page);
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dialer-matrix-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('campaigns over every outcome', { timeout: 300_000 }, () => {
  it('on a real Asterisk give each the status that was expected', async (t) => {
    const asterisk = await startRealAsterisk(t);
    if (asterisk === null) return;
    const dataDir = await temporaryFolder(t);
    await check(t, await dialOutcomes(asterisk.ami, asterisk.carrierLog, dataDir));
  });

  it('on the simulator give the same', async (t) => {
    const dataDir = await temporaryFolder(t);
    const carrierLog = path.join(dataDir, 'calls.csv');
    const simulator = await startSimulator({ carrierLog });
    t.after(() => simulator.stop());
    await check(t, await dialOutcomes(simulator, carrierLog, dataDir));
  });
});
