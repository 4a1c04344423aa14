import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { classifyCall } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { startSipBench, type SipBench } from './sip-bench.ts';
import { sipCases, sipTrunks } from './sip-cases.ts';
import type { SipCase, SipEvidence } from './sip-case.ts';

const scripts = new Map(sipCases.map(({ number, script }) => [number, script]));
/** What each call that has ended as it should must have been to the far end, and no more. */
const ended = new Map<string, readonly string[]>();
const caseOfTitle = new Map(sipCases.map((each) => [each.title, each]));

test('a real Asterisk and a carrier that does as it likes', { concurrency: true }, async (t) => {
  const bench = await startSipBench(t, (number) => scripts.get(number), sipTrunks);
  if (bench === null) return;
  await Promise.all(sipCases.map((each) => t.test(each.title, () => check(bench, each))));
  await t.test('the far end was asked for nothing else', () => isAllThereWas(bench));
  await t.test('no call is left', async () => {
    assert.deepEqual(await bench.link.liveChannelIds(), new Set());
  });
});

test('cases that Asterisk cannot tell apart have the same evidence', () => {
  for (const { title, sameEvidenceAs, evidence } of sipCases) {
    if (sameEvidenceAs === undefined) continue;
    assert.deepEqual(evidence, caseOfTitle.get(sameEvidenceAs)?.evidence, title);
  }
});

async function check(bench: SipBench, each: (typeof sipCases)[number]): Promise<void> {
  const { trunk = 'far-end', number, race } = each;
  const events = await bench.dial(trunk, number);
  const seen = evidenceOf(events);
  const other = race && isDeepStrictEqual(seen, race.evidence) ? race : null;
  const { evidence, expected } = other ?? twinOf(each) ?? each;
  const { received } = other ?? each;
  assert.deepEqual(seen, evidence, JSON.stringify(events));
  assert.deepEqual(verdictOf(events), expected, JSON.stringify(events));
  for (const what of new Set(received)) {
    const count = received.filter((other) => other === what).length;
    await bench.record.whenReceived(number, what, count);
  }
  assert.deepEqual(bench.record.received(number), received);
  ended.set(number, received);
}

function twinOf({ sameEvidenceAs }: SipCase): SipCase | undefined {
  return sameEvidenceAs === undefined ? undefined : caseOfTitle.get(sameEvidenceAs);
}

function evidenceOf(events: readonly EvidenceEvent[]): SipEvidence {
  const response = events.find((event) => event.kind === 'response');
  const hangup = events.find((event) => event.kind === 'hangup' && event.half === 1);
  assert.ok(response?.kind === 'response');
  return {
    response: response.response,
    reason: response.reason,
    cause: hangup?.kind === 'hangup' ? hangup.cause : null,
    techCause: hangup?.kind === 'hangup' ? hangup.techCause : null,
    progress: events.flatMap((event) => (event.kind === 'dial_state' ? event.dialStatus : [])),
    dialEnd: events.flatMap((event) => (event.kind === 'dial_end' ? event.dialStatus : [])),
  };
}

function verdictOf(events: readonly EvidenceEvent[]): SipCase['expected'] {
  const traits = { reasonDialect: 'asterisk', reportsRinging: true } as const;
  const { dialStatus, callStatus } = classifyCall(events, traits);
  assert.ok(dialStatus !== null);
  return { dialStatus, callStatus };
}

/** At the very end: late requests, and numbers that stood in a Contact. */
function isAllThereWas({ record }: SipBench): void {
  const strangers = record.entries().filter(({ number }) => !scripts.has(number));
  assert.deepEqual(strangers, []);
  for (const [number, received] of ended) assert.deepEqual(record.received(number), received);
}
