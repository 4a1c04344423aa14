import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { once, respond } from '../support/sip-far-end-script.ts';
import { startSipBench } from './sip-bench.ts';
import { forbiddenNumbers, redirectCases } from './sip-redirect-cases.ts';

const [other] = forbiddenNumbers;
const dialled = '525557310001';
const busy = once(respond(486));
const redirects = once(respond(302, `Contact: <sip:${other}@{here}>`));

test('with redirect_method=uri_pjsip a 302 rings another number, so no trunk may have it', async (t) => {
  const scripts = new Map([
    [dialled, redirects],
    [other, busy],
  ]);
  const trunk = { name: 'far-end', endpoint: ['redirect_method = uri_pjsip'] };
  const bench = await startSipBench(t, (number) => scripts.get(number), [trunk]);
  if (bench === null) return;
  const events = await bench.dial('far-end', dialled);
  assert.deepEqual(rungBy(bench.record.entries()), [dialled, other], JSON.stringify(events));
});

test('with the shipped trunk settings no redirect rings another number, whatever it says', async (t) => {
  const numbers = redirectCases.map((_, index) => `52555731${1_000 + index}`);
  const scriptOf = (number: string) => redirectCases[numbers.indexOf(number)]?.script ?? busy;
  const bench = await startSipBench(t, scriptOf, [{ name: 'far-end' }]);
  if (bench === null) return;
  await Promise.all(numbers.map((number) => bench.dial('far-end', number)));
  assert.deepEqual(rungBy(bench.record.entries()).sort(), numbers);
  assert.deepEqual(readCarrierLog(bench.asterisk.carrierLog), [], 'nor by way of the other trunk');
});

/** Whom the INVITEs were for, once each. */
function rungBy(
  entries: readonly { what: string; repeated: boolean; startLine: string }[],
): string[] {
  const invites = entries.filter(
    ({ what, repeated, startLine }) =>
      what === 'INVITE' && !repeated && startLine.startsWith('INVITE'),
  );
  return invites.map(({ startLine }) => /sip:(\d+)@/.exec(startLine)?.[1] ?? startLine);
}
