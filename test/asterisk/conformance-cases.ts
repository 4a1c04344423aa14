import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { PbxLink } from '../../ami/pbx-link.ts';
import { createPbxLink } from '../../ami/pbx-link.ts';
import { readCarrierLog, type CarrierCall } from '../../asterisk/carrier-log.ts';
import { farEndOf, farEndOfCode } from '../../asterisk/carrier-plan.ts';
import { numberFor, outcomePlan, reportedOf } from '../../asterisk/outcome-plan.ts';
import type { ExpectedOutcome, Outcome } from '../../asterisk/plan/outcome.ts';
import { headerOf } from '../../asterisk/simulator/ami-wire.ts';
import { classifyCall, type Classification } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { within } from '../support/scripted-ami.ts';
import { anOriginate } from '../support/test-link.ts';
import { createDialSlots } from './dial-slots.ts';
import { openManagerSession, type Account } from './manager-session.ts';
import { outcomeOf } from './outcome-of-evidence.ts';
import { outcomeRequest } from './outcome-request.ts';
import { untilUnreachable } from './until-unreachable.ts';

/** A PBX with the carrier of the carrier plan behind it. */
export interface Subject {
  readonly ami: Account;
  readonly carrierLog: string;
  /** Ends the PBX as kill -9 does and starts it again; links may use the same account afterwards. */
  readonly restart: () => Promise<Account>;
  /** Whether it can play this row at all. */
  readonly plays: (outcome: Outcome) => boolean;
}

const silent = () => undefined;
const ringLimitMs = 5_000;
/**
 * Calls at once. Two hundred in one moment are more than the sockets of a busy machine hold, and a lost
 * 180 is not sent again (RFC 3261, 13.3.1.1), so that a call that rang looks like silence.
 */
const atOnce = 70;

/** The same cases for every PBX; what differs between two of them is a fault of one. */
export async function checkConformance(t: TestContext, subject: Subject): Promise<void> {
  const link = await openLink(t, subject.ami);
  const inTurn = createDialSlots(atOnce);
  // Together: the longest take as long as the ring time-out, and the whole little more.
  await Promise.all([
    ...outcomePlan
      .filter(subject.plays)
      .map((outcome) =>
        t.test(nameOf(outcome), () => inTurn(() => checkOutcome(subject, link, outcome))),
      ),
    t.test('digits that are not in the plan do not exist', async () => {
      const events = await dial(link, 'PJSIP/525557000999@carrier');
      assertOutcome(events, farEndOfCode('404').expected);
    }),
    t.test('only so many calls as the fourth digit from the end says', () => countsDown(link)),
    t.test('an endpoint that does not exist fails and never hangs up', () => noChannel(link)),
    t.test('the id of a live call is refused to a second one', () => refusesTwin(subject, link)),
    t.test('a second link adopts a call and hears its end', (t) => isAdopted(t, subject, link)),
    t.test('an Originate that cannot be one is answered Error', () => refusesMalformed(subject)),
    t.test('a wrong secret is refused', () => refusesLogin(subject.ami)),
    t.test('a user with the least rights has all that are needed', async () => {
      assert.deepEqual(await link.checkRights(), { missing: [] });
    }),
  ]);
  await t.test('the carrier has a record of each call that reached it, once', () =>
    recordsCalls(subject),
  );
  await t.test('a restart ends every call', () => restartEndsCalls(subject, link));
}

async function openLink(t: TestContext, ami: Account): Promise<PbxLink> {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const timeouts = { graceMs: 1_000, backOffFirstMs: 50, backOffLongestMs: 200, actionMs: 3_000 };
  const link = createPbxLink({ ...ami, log, timeouts });
  t.after(() => link.stop());
  link.start();
  await link.whenBooted(10_000);
  return link;
}

function dial(link: PbxLink, dialString: string): Promise<readonly EvidenceEvent[]> {
  const order = anOriginate({ dialString, timeoutMs: ringLimitMs });
  const call = link.originate(order, () => true);
  return ended(call.ended);
}

function ended<T>(end: Promise<T>): Promise<T> {
  return within(20_000, 'the end of a call', (resolve, reject) => void end.then(resolve, reject));
}

function classify(events: readonly EvidenceEvent[]): Classification {
  return classifyCall(events, { reasonDialect: 'asterisk', reportsRinging: true });
}

function nameOf({ code, title }: Outcome): string {
  return `${code}: the far end ${title}`;
}

async function checkOutcome(subject: Subject, link: PbxLink, outcome: Outcome): Promise<void> {
  if (outcome.code === 'unreachable') await untilUnreachable(subject.ami);
  const { request, ordered } = outcomeRequest(outcome);
  const events = await ended(link.originate(request, () => true).ended);
  const { race } = outcome;
  const isRace = race !== undefined && isDeepStrictEqual(outcomeOf([ordered, ...events]), race);
  assertOutcome([ordered, ...events], isRace ? race : reportedOf(outcome));
}

function assertOutcome(events: readonly EvidenceEvent[], expected: ExpectedOutcome): void {
  assert.deepEqual(outcomeOf(events), expected, JSON.stringify(events));
  assert.ok(!events.some((event) => event.kind === 'gap'), 'the evidence is complete');
}

async function countsDown(link: PbxLink): Promise<void> {
  const number = 'PJSIP/525557002486@carrier';
  const statuses = [];
  for (let call = 0; call < 4; call += 1) {
    statuses.push(classify(await dial(link, number)).callStatus);
  }
  assert.deepEqual(statuses, ['busy', 'busy', 'answered', 'answered']);
}

async function noChannel(link: PbxLink): Promise<void> {
  const events = await dial(link, 'PJSIP/525557000200@nobody');
  assert.deepEqual(
    events.map((event) => event.kind),
    ['response'],
  );
  const { response, reason, callStatus } = classify(events);
  assert.deepEqual([response, reason, callStatus], ['Failure', 0, 'dialing_error']);
}

async function refusesTwin({ ami }: Subject, link: PbxLink): Promise<void> {
  const channelId = randomUUID();
  const first = link.originate(
    anOriginate({ channelId, dialString: toNumber('0180') }),
    () => true,
  );
  await untilEvent(first, 'dial_state');
  const session = await openManagerSession(ami);
  const answer = await session.ask({
    Action: 'Originate',
    Channel: toNumber('0180'),
    ChannelId: channelId.toUpperCase(),
    Async: 'true',
    Timeout: '5000',
    Context: 'dialer-answered',
    Exten: 's',
    Priority: '1',
  });
  assert.equal(headerOf(answer, 'response'), 'Success');
  const actionId = headerOf(answer, 'actionid');
  const refusal = await session.hear(
    'OriginateResponse of the twin',
    (item) =>
      headerOf(item, 'event') === 'OriginateResponse' && headerOf(item, 'actionid') === actionId,
  );
  session.close();
  assert.equal(headerOf(refusal, 'response'), 'Failure');
  assert.equal(headerOf(refusal, 'reason'), '0');
  assert.equal(headerOf(refusal, 'uniqueid').toLowerCase(), channelId);
  assert.ok((await link.liveChannelIds()).has(channelId), 'the first call lives on');
  assertOutcome(await ended(first.ended), farEndOfCode('180').expected);
}

async function isAdopted(t: TestContext, { ami }: Subject, link: PbxLink): Promise<void> {
  const other = await openLink(t, ami);
  const call = link.originate(anOriginate({ dialString: toNumber('0180') }), () => true);
  await untilEvent(call, 'dial_state');
  const adopted = await other.adopt(call.channelId);
  assert.ok(adopted !== null);
  const events = await ended(adopted.ended);
  assert.ok(events.some((event) => event.kind === 'channel_state' && event.state === 'Ringing'));
  const hangup = events.find((event) => event.kind === 'hangup');
  assert.equal(hangup?.cause, 19);
  assert.equal(await other.adopt(randomUUID()), null);
}

const wellFormed = {
  Action: 'Originate',
  Channel: 'PJSIP/525557000200@carrier',
  Async: 'true',
  Timeout: '5000',
  Context: 'dialer-answered',
  Exten: 's',
  Priority: '1',
};

const malformed = [
  [{ Channel: '' }, 'Channel not specified'],
  [{ Channel: 'carrier' }, 'Invalid channel'],
  [{ Priority: 'x' }, 'Invalid priority'],
  [{ Timeout: 'soon' }, 'Invalid timeout'],
  [{ Context: 'no-such-context' }, 'Extension does not exist.'],
  [{ Context: '' }, 'Extension does not exist.'],
  [{ Exten: 'nobody' }, 'Extension does not exist.'],
  [{ ChannelId: 'x'.repeat(150) }, 'Uniqueid length exceeds maximum of 149'],
] as const;

async function refusesMalformed({ ami }: Subject): Promise<void> {
  const session = await openManagerSession(ami);
  for (const [change, message] of malformed) {
    const answer = await session.ask({ ...wellFormed, ...change });
    assert.equal(headerOf(answer, 'response'), 'Error', message);
    assert.equal(headerOf(answer, 'message'), message);
  }
  session.close();
}

async function refusesLogin(ami: Account): Promise<void> {
  await assert.rejects(
    openManagerSession({ ...ami, secret: 'wrong' }),
    /login: Authentication failed/,
  );
}

function recordsCalls({ carrierLog, plays }: Subject): void {
  const calls = onceEach(readCarrierLog(carrierLog));
  const codesOf = (called: string) =>
    calls.filter(({ number }) => number === called).map(({ code }) => code);
  for (const outcome of outcomePlan.filter(plays)) {
    const number = numberFor(outcome);
    const codes = codesOf(number);
    const expected = codes.map((_, earlier) => farEndOf(number, earlier).code);
    assert.deepEqual(codes, expected, outcome.code);
    const isOnce = outcome.order.dialString === 'PJSIP/{number}@carrier';
    if (isOnce) assert.equal(codes.length, 1, outcome.code);
  }
  assert.deepEqual(codesOf('525557002486'), ['486', '486', '200', '200']);
  assert.deepEqual(codesOf('525557000999'), ['404']);
  assert.ok(calls.every(({ at }) => at === new Date(at).toISOString()));
}

/**
 * A carrier that is slow hears an INVITE again, and Asterisk itself asks a second time when its session
 * interval was too small (422, RFC 4028): the same call by its Call-ID.
 */
function onceEach(calls: readonly CarrierCall[]): CarrierCall[] {
  const heard = new Set<string>();
  return calls.filter(({ callId }) => {
    if (callId === null) return true;
    const isNew = !heard.has(callId);
    heard.add(callId);
    return isNew;
  });
}

async function restartEndsCalls(subject: Subject, link: PbxLink): Promise<void> {
  const calls = ['0201', '0180'].map((ending) =>
    link.originate(anOriginate({ dialString: toNumber(ending), timeoutMs: 60_000 }), () => true),
  );
  const [answered, ringing] = calls;
  assert.ok(answered && ringing);
  await Promise.all([untilEvent(answered, 'response'), untilEvent(ringing, 'dial_state')]);
  await subject.restart();
  const [ofAnswered, ofRinging] = await Promise.all(calls.map((call) => ended(call.ended)));
  assert.equal(classify(ofAnswered ?? []).dialStatus, 'ANSWER');
  assert.equal(classify(ofRinging ?? []).callStatus, 'unconfirmed');
  assert.deepEqual(await link.liveChannelIds(), new Set());
}

/** A number no other case counts. */
function toNumber(ending: string): string {
  return `PJSIP/52555800${ending}@carrier`;
}

function untilEvent(
  call: ReturnType<PbxLink['originate']>,
  kind: EvidenceEvent['kind'],
): Promise<void> {
  return within(5_000, kind, (resolve) => {
    const check = () => {
      if (call.events().some((event) => event.kind === kind)) resolve();
    };
    call.onEvent(check);
    check();
  });
}
