import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callContactNow } from '../../db/call-contact-now.ts';
import { dueContacts, markFed, openDueCount } from '../../db/feed.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { findAttempt } from '../../db/find-attempt.ts';
import { showContact } from '../../db/show-contact.ts';
import type { Database } from '../../db/open-database.ts';
import { raiseOwnerEpoch } from '../../db/trunks.ts';
import { weekdays, type CoolOff } from '../../domain/campaign-settings.ts';
import type { ContactId } from '../../domain/ids.ts';
import { changeRules, contactToInsert, dialable, testTrunk } from '../support/campaign-fixture.ts';
import { evidenceOf } from '../support/scripted-link.ts';
import { idsToWake } from '../support/feed-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { createTrunkBench } from '../support/trunk-bench.ts';

const redialBusy = { recycle: { busy: { afterMs: 60_000, max: 1, backoff: 1 } } };

describe('placeCall', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let db: Database;
  before(async () => {
    test = await createTestDatabase();
    db = test.db;
  });
  after(() => test.drop());

  /** The contact's counters, which a call that never was must leave alone. */
  async function contactRow(id: ContactId) {
    return db<Record<string, unknown>>('contacts')
      .where({ id })
      .first('state', 'call_status', 'attempts_made', 'live_attempt_id', 'waiting_for');
  }

  async function bench(
    ...options: Parameters<typeof dialable> extends [unknown, ...infer Rest] ? Rest : never
  ) {
    const campaign = await dialable(db, ...options);
    return { ...campaign, ...createTrunkBench(db, campaign.ownerEpoch) };
  }

  it('claims, writes one Originate with the attempt id as channel id, and records the outcome', async () => {
    const { contactId, link, place } = await bench([contactToInsert(['+525550100200'])]);
    link.onSent = (call) => call.end(...evidenceOf.answered);
    const { attemptId, result } = place(contactId);
    const settled = await result;
    assert.equal(settled.result, 'settled');
    assert.ok(settled.result === 'settled');
    assert.equal(settled.callStatus, 'answered');
    assert.deepEqual(settled.next, { step: 'end' });
    assert.equal(link.sent.length, 1);
    assert.equal(link.sent[0]?.request.channelId, attemptId);
    assert.equal(link.sent[0]?.request.dialString, 'PJSIP/525550100200@carrier-a');
    assert.equal(link.sent[0]?.request.timeoutMs, 30_000);
    assert.equal((await contactRow(contactId))?.['call_status'], 'answered');
    const attempt = await findAttempt(db, attemptId);
    assert.equal(attempt?.state, 'ended');
  });

  it('decides a redial together with the outcome', async () => {
    const { contactId, link, place } = await bench(undefined, redialBusy);
    link.onSent = (call) => call.end(...evidenceOf.busy);
    const settled = await place(contactId).result;
    assert.ok(settled.result === 'settled' && settled.next.step === 'dial');
    assert.ok(Date.parse(settled.next.at ?? '') > Date.now() + 50_000);
  });

  it('has rules that were changed during the call hold afterwards, and keeps what it was decided by', async () => {
    const { contactId, campaignId, name, link, place } = await bench(undefined, redialBusy);
    link.onSent = (call) => {
      void changeRules(db, { campaignId, name }).then(() => call.end(...evidenceOf.busy));
    };
    const { attemptId, result } = place(contactId);
    const settled = await result;
    assert.ok(settled.result === 'settled');
    assert.deepEqual([settled.decidedBy, settled.settingsVersion], ['recycle-busy', 1]);
    assert.deepEqual(settled.next, { step: 'end' });
    assert.equal((await contactRow(contactId))?.['call_status'], 'busy');
    assert.equal((await findAttempt(db, attemptId))?.decision?.next, 'dial');
  });

  it('takes two statements for an attempt: the claim, and the outcome with its decision', async () => {
    const limits = { perContact: null, perNumberPerDay: null, perPerson: 9, perPersonPerDay: 9 };
    const { contactId, link, place } = await bench(undefined, { attempts: limits });
    link.onSent = (call) => call.end(...evidenceOf.answered);
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    db.on('query', note);
    await place(contactId).result;
    db.removeListener('query', note);
    assert.equal(statements.length, 2, statements.join('\n---\n'));
  });

  it('writes the same attempt id once, however often it is run', async () => {
    const { contactId, link, place } = await bench(undefined, redialBusy);
    link.onSent = (call) => call.end(...evidenceOf.busy);
    const { attemptId, result } = place(contactId);
    await result;
    await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
    const again = await place(contactId, attemptId).result;
    assert.equal(link.sent.length, 1);
    assert.ok(again.result === 'blocked' && again.next.step === 'reconcile');
  });

  it('never writes an id that it gave up before, though a reset asks for it again', async () => {
    const { contactId, link, place } = await bench();
    link.trouble = 'pbx_unreachable';
    const { attemptId, result } = place(contactId);
    await result;
    link.trouble = null;
    const again = await place(contactId, attemptId).result;
    assert.equal(link.sent.length, 0);
    assert.ok(again.result === 'blocked' && again.next.step === 'reconcile');
    assert.equal(await findAttempt(db, attemptId), null);
  });

  it('calls nobody where the window is in a zone that nobody knows', async () => {
    const callingWindow = { ...openNow(), timeZone: 'Mars/Olympus' };
    const { contactId, link, place } = await bench(undefined, { callingWindow });
    const { attemptId, result } = place(contactId);
    const blocked = await result;
    assert.ok(blocked.result === 'blocked');
    assert.equal(blocked.reason, 'no_opening');
    assert.equal(link.sent.length, 0);
    assert.equal(await findAttempt(db, attemptId), null);
    assert.equal((await contactRow(contactId))?.['attempts_made'], 0);
  });

  it('gives the claim back when it fails before it wrote anything', async () => {
    const { contactId, deps, link, place } = await bench();
    Object.defineProperty(deps.trunk, 'dialString', {
      get: () => assert.fail('unforeseen'),
    });
    const { attemptId, result } = place(contactId);
    const blocked = await result;
    assert.ok(blocked.result === 'blocked');
    assert.equal(link.sent.length, 0);
    assert.equal(await findAttempt(db, attemptId), null);
    assert.equal((await contactRow(contactId))?.['attempts_made'], 0);
  });

  for (const name of ['wallMs', 'monotonicMs'] as const) {
    for (const stepMs of name === 'wallMs' ? [1_000, -3_600_000] : [1_000]) {
      it(`never writes when ${name} moved by ${stepMs} ms since before the claim`, async () => {
        const { contactId, link, place, clock } = await bench();
        const real = clock[name];
        let asked = 0;
        clock[name] = () => real() + (asked++ === 0 ? 0 : stepMs);
        const { attemptId, result } = place(contactId);
        const blocked = await result;
        assert.equal(link.sent.length, 0);
        assert.ok(blocked.result === 'blocked');
        assert.equal(blocked.reason, 'claim_expired');
        assert.equal(await findAttempt(db, attemptId), null);
        assert.equal((await contactRow(contactId))?.['attempts_made'], 0);
      });
    }
  }

  it('never writes once the trunk is no longer ours', async () => {
    const { contactId, link, place, owner } = await bench();
    owner.epoch = null;
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked' && blocked.reason === 'not_owner');
    assert.equal(link.sent.length, 0);
  });

  it('is refused by the claim when another process has raised the epoch', async () => {
    const { contactId, link, place } = await bench();
    await raiseOwnerEpoch(db, testTrunk, 'another process');
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked' && blocked.reason === 'not_owner');
    assert.equal(link.sent.length, 0);
  });

  for (const code of ['pbx_unreachable', 'claim_expired'] as const) {
    it(`gives the claim back when nothing was sent: ${code}`, async () => {
      const { contactId, link, place } = await bench();
      link.trouble = code;
      const { attemptId, result } = place(contactId);
      const blocked = await result;
      assert.ok(blocked.result === 'blocked');
      assert.equal(blocked.reason, code);
      assert.equal(await findAttempt(db, attemptId), null);
      const row = await contactRow(contactId);
      assert.equal(row?.['attempts_made'], 0);
      assert.equal(row?.['live_attempt_id'], null);
    });
  }

  it('settles what can never be sent as a dialing error, instead of trying for ever', async () => {
    const { contactId, link, place } = await bench();
    link.trouble = 'frame_refused';
    const settled = await place(contactId).result;
    assert.ok(settled.result === 'settled');
    assert.equal(settled.callStatus, 'dialing_error');
  });

  it('does not give the claim back when it cannot know whether anything was sent', async () => {
    const { contactId, link, place } = await bench();
    link.trouble = new Error('nobody foresaw this');
    const { attemptId, result } = place(contactId);
    assert.deepEqual(await result, { result: 'handed_over' });
    assert.equal((await findAttempt(db, attemptId))?.state, 'sending');
  });

  it('hands a live call over when the worker stops, without an outcome', async () => {
    const { contactId, link, place } = await bench();
    const sent = new Promise<void>((resolve) => (link.onSent = () => resolve()));
    const { attemptId, result, cancel } = place(contactId);
    await sent;
    cancel('WORKER_SHUTDOWN');
    assert.deepEqual(await result, { result: 'handed_over' });
    assert.equal((await findAttempt(db, attemptId))?.state, 'sending');
  });

  it('follows a live call to its end when only its workflow is cancelled', async () => {
    const { contactId, link, place } = await bench();
    const sent = new Promise<void>((resolve) => (link.onSent = () => resolve()));
    const { result, cancel } = place(contactId);
    await sent;
    cancel('CANCELLED');
    link.sent[0]?.end(...evidenceOf.answered);
    const settled = await result;
    assert.ok(settled.result === 'settled');
    assert.equal(settled.callStatus, 'answered');
  });

  it('begins no call after the order to stop', async () => {
    const { contactId, link, place, stopNewCalls } = await bench();
    stopNewCalls();
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked');
    assert.equal(link.sent.length, 0);
    assert.equal((await contactRow(contactId))?.['attempts_made'], 0);
  });

  it('dials nobody outside the calling window, and says until when', async () => {
    const closedAllWeek = {
      callingWindow: {
        days: [
          (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[
            (new Date().getUTCDay() + 3) % 7
          ] ?? 'sun',
        ],
        fromMinute: 0,
        toMinute: 1_440,
        timeZone: 'UTC',
      },
    };
    const { contactId, link, place } = await bench(undefined, closedAllWeek);
    const { attemptId, result } = place(contactId);
    const blocked = await result;
    assert.ok(blocked.result === 'blocked' && blocked.next.step === 'wait');
    assert.equal(blocked.reason, 'calling_window');
    assert.ok(Date.parse(blocked.next.until ?? '') > Date.now() + 86_400_000);
    assert.equal(link.sent.length, 0);
    assert.equal(await findAttempt(db, attemptId), null);
    const row = await contactRow(contactId);
    assert.equal(row?.['attempts_made'], 0);
    assert.equal(row?.['waiting_for'], 'calling_window');
  });

  it('lets a call go on that began before the end of the window, and begins no other', async () => {
    const people = [contactToInsert(), contactToInsert()];
    const callingWindow = openNow();
    const { contactIds, link, place, clock } = await bench(people, { callingWindow });
    const [first, second] = contactIds as [ContactId, ContactId];
    const ringing = new Promise<void>((resolve) => (link.onSent = () => resolve()));
    const { attemptId, result } = place(first);
    await ringing;
    clock.wallMs = () => Date.now() + 12 * 3_600_000;
    const blocked = await place(second).result;
    assert.ok(blocked.result === 'blocked' && blocked.reason === 'calling_window');
    assert.equal(link.sent.length, 1);
    assert.equal((await findAttempt(db, attemptId))?.state, 'sending');
    link.sent[0]?.end(...evidenceOf.answered);
    const settled = await result;
    assert.ok(settled.result === 'settled');
    assert.equal(settled.callStatus, 'answered');
  });

  it('writes nothing when the window closes while the call waits for its turn', async () => {
    const closesAt = Math.ceil(Date.now() / 60_000) * 60_000;
    const callingWindow = { ...openNow(), toMinute: minuteAtNoon(new Date(closesAt)) };
    const { contactId, deps, link, place, clock } = await bench(undefined, { callingWindow });
    const aheadMs = closesAt - 300 - Date.now();
    clock.wallMs = () => Date.now() + aheadMs;
    const { gate } = deps;
    Object.assign(deps, {
      gate: {
        ...gate,
        async enter(...args: Parameters<typeof gate.enter>) {
          const pass = await gate.enter(...args);
          const writeTurn = async (signal: AbortSignal) => {
            await new Promise((resolve) => setTimeout(resolve, 500));
            await pass.writeTurn(signal);
          };
          return { ...pass, writeTurn };
        },
      },
    });
    const { attemptId, result } = place(contactId);
    const blocked = await result;
    assert.ok(blocked.result === 'blocked');
    assert.equal(link.sent.length, 0);
    assert.equal(await findAttempt(db, attemptId), null);
  });

  it('waits for changed rules where the zones of the number are never open together', async () => {
    const contact = contactToInsert();
    const timeZones = ['Europe/London', 'Pacific/Auckland'];
    const numbers = contact.numbers.map((number) => ({ ...number, timeZones }));
    const callingWindow = {
      days: [...weekdays],
      fromMinute: 9 * 60,
      toMinute: 18 * 60,
      timeZone: 'contact',
    };
    const { campaignId, name, contactId, link, place } = await bench([{ ...contact, numbers }], {
      callingWindow,
    });
    await markFed(db, [contactId]);
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked' && blocked.next.step === 'wait');
    assert.equal(blocked.reason, 'no_opening');
    assert.equal(blocked.next.until, null);
    assert.equal(link.sent.length, 0);
    const row = await contactRow(contactId);
    assert.equal(row?.['attempts_made'], 0);
    assert.equal(row?.['waiting_for'], 'no_opening');
    // Neither due, nor in the way of others, nor taken for lost, until the rules change.
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    const aDayAgo = new Date(Date.now() - 86_400_000);
    await db('contacts').where({ id: contactId }).update({ fed_at: aDayAgo });
    assert.deepEqual(await dueContacts(db, { campaignId, limit: 10 }), []);
    await changeRules(db, { campaignId, name });
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
    link.onSent = (call) => call.end(...evidenceOf.answered);
    assert.equal((await place(contactId).result).result, 'settled');
  });

  const oncePerDay = {
    caps: [
      { rule: 'us-test: 1 call in 24h', max: 1, perMs: 86_400_000, scope: 'person', counts: null },
    ],
    ...redialBusy,
  } as const;

  /** A contact that was dialled once and is due again, a person having asked for it. */
  async function dialledOnce(settings: Parameters<typeof dialable>[2]) {
    const scene = await bench([contactToInsert()], settings);
    scene.link.onSent = (call) => call.end(...evidenceOf.busy);
    await markFed(db, [scene.contactId]);
    await scene.place(scene.contactId).result;
    await callContactNow(db, scene.contactId, { reasonCode: 'other' });
    return scene;
  }

  it('gives a claim back that a cap stands against, though a person asked for the call, and names the cap', async () => {
    const { campaignId, name, contactId, link, place } = await dialledOnce(oncePerDay);
    const { attemptId, result } = place(contactId);
    const blocked = await result;
    assert.ok(blocked.result === 'blocked' && blocked.next.step === 'wait');
    assert.equal(blocked.reason, 'cap');
    assert.equal(blocked.next.rule, 'us-test: 1 call in 24h');
    const until = Date.parse(blocked.next.until ?? '');
    assert.ok(until > Date.now() + 86_000_000 && until < Date.now() + 86_401_000);
    assert.equal(link.sent.length, 1);
    assert.equal(await findAttempt(db, attemptId), null);
    const row = await contactRow(contactId);
    assert.equal(row?.['attempts_made'], 1);
    assert.equal(row?.['waiting_for'], 'cap');
    // Neither in the way of others nor taken for lost until then; changed rules judge it again.
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    await changeRules(db, { campaignId, name });
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
    assert.equal((await place(contactId).result).result, 'settled');
  });

  it('gives a claim back that a cool-off stands against', async () => {
    const rest = {
      rule: 'test: 1h after busy',
      after: ['busy'],
      forMs: 3_600_000,
      scope: 'contact',
    };
    const { contactId, link, place } = await dialledOnce({
      coolOffs: [rest as CoolOff],
      ...redialBusy,
    });
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked' && blocked.next.step === 'wait');
    assert.deepEqual([blocked.reason, blocked.next.rule], ['cool_off', 'test: 1h after busy']);
    assert.equal(link.sent.length, 1);
    assert.equal((await contactRow(contactId))?.['waiting_for'], 'cool_off');
  });

  it('goes on with the next number when the phone has had all calls it may ever have', async () => {
    const settings = {
      attempts: { perContact: null, perNumberPerDay: null, perPerson: 1 },
      recycle: { busy: { afterMs: 1_000, max: 1, backoff: 1 } },
    };
    const numbers = ['+525550100931', '+525550100932'];
    const { contactId, link, place } = await bench([contactToInsert(numbers)], settings);
    link.onSent = (call) => call.end(...evidenceOf.busy);
    await place(contactId).result;
    await callContactNow(db, contactId, { reasonCode: 'other' });
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked');
    assert.equal(blocked.next.step, 'dial');
    await place(contactId).result;
    assert.deepEqual(
      link.sent.map(({ request }) => request.dialString),
      ['PJSIP/525550100931@carrier-a', 'PJSIP/525550100932@carrier-a'],
    );
    const contact = await showContact(db, contactId);
    assert.deepEqual(
      contact?.numbers.map(({ refusedBy }) => refusedBy),
      ['attempts.perPerson: 1', null],
    );
  });

  it('waits to be woken while the campaign is paused', async () => {
    const { campaignId, contactId, link, place } = await bench();
    await setCampaignState(db, campaignId, 'paused');
    const blocked = await place(contactId).result;
    assert.ok(blocked.result === 'blocked' && blocked.next.step === 'wait');
    assert.equal(blocked.next.until, null);
    assert.equal(link.sent.length, 0);
  });

  it('ends a contact whose cap is reached with what came of its attempts', async () => {
    const { contactId, link, place } = await bench(undefined, {
      ...redialBusy,
      attempts: { perContact: 1, perNumberPerDay: null },
    });
    link.onSent = (call) => call.end(...evidenceOf.busy);
    const settled = await place(contactId).result;
    assert.ok(settled.result === 'settled');
    assert.deepEqual(settled.next, { step: 'end' });
    assert.equal((await contactRow(contactId))?.['call_status'], 'busy');
  });

  it('says what it saw when Postgres is away at the end of the call', async () => {
    const { contactId, link, place, deps } = await bench();
    const broken = new Proxy(deps.db, {
      get: (target, key) =>
        key === 'raw' && link.sent.length > 0
          ? () => {
              throw new Error('Postgres is away');
            }
          : (Reflect.get(target, key) as unknown),
      apply: (target, self, args) =>
        Reflect.apply<unknown, unknown[], unknown>(target as never, self, args),
    });
    Object.assign(deps, { db: broken });
    link.onSent = (call) => call.end(...evidenceOf.answered);
    const { attemptId, result } = place(contactId);
    const told = await result;
    assert.ok(told.result === 'unrecorded');
    const [ordered, ...heard] = told.evidence;
    assert.deepEqual([ordered?.kind, heard], ['ordered', evidenceOf.answered]);
    Object.assign(deps, { db });
    assert.equal((await findAttempt(db, attemptId))?.state, 'sending');
  });

  it('frees its channel whatever happens', async () => {
    const { contactIds, link, place, deps } = await bench(
      Array.from({ length: 12 }, () => contactToInsert()),
    );
    link.onSent = (call) => call.end(...evidenceOf.answered);
    link.trouble = 'pbx_unreachable';
    await Promise.all(contactIds.slice(0, 6).map((id) => place(id).result));
    link.trouble = null;
    await Promise.all(contactIds.slice(6).map((id) => place(id).result));
    assert.equal(deps.gate.occupied, 0);
    assert.equal(link.sent.length, 6);
  });
});

/** A window of some hours around now, in a zone where it is about noon. */
function openNow() {
  const hours = 12 - new Date().getUTCHours();
  // Named as in POSIX: the sign is that of the way to UTC.
  const timeZone = hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
  return { days: [...weekdays], fromMinute: 9 * 60, toMinute: 18 * 60, timeZone };
}

/** Minutes after midnight in the zone of openNow. */
function minuteAtNoon(at: Date): number {
  const hours = 12 + ((at.getUTCHours() - new Date().getUTCHours() + 24) % 24);
  return hours * 60 + at.getUTCMinutes();
}
