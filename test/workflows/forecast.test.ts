/**
 * The forecast against what it forecasts: the same campaign by the real contact workflow on a server that
 * skips time, with real claims and outcomes in a Postgres whose clock is the campaign's. Calls end as the
 * forecast draws them. The feeder's part is left to timers, and the trunk's to a few lines here, which
 * let as many calls begin as its pace and channels allow.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import pino from 'pino';
import type { PlaceCallInput, PlaceCallResult } from '../../activities/call-result.ts';
import { refusalResult } from '../../activities/refusal-result.ts';
import type { TrunkDeps } from '../../activities/trunk-deps.ts';
import { claimAttempt } from '../../db/claim-attempt.ts';
import type { Claim } from '../../db/claim-details.ts';
import { decisionInput } from '../../db/decision-input.ts';
import { recordOutcome } from '../../db/record-outcome.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import type { CampaignSettings } from '../../domain/campaign-settings.ts';
import { decideNext } from '../../domain/decide-next.ts';
import { assumedDurations } from '../../domain/forecast/call-durations.ts';
import { dialStatusOfEnding, endingOf, jitterOf } from '../../domain/forecast/call-outcomes.ts';
import { forecastCampaign } from '../../domain/forecast/forecast-campaign.ts';
import {
  zoneOfContact,
  type ForecastCall,
  type ForecastPlan,
} from '../../domain/forecast/forecast-plan.ts';
import type { Forecast } from '../../domain/forecast/forecast.ts';
import type { ContactId } from '../../domain/ids.ts';
import { judgeClaim } from '../../domain/judge-claim.ts';
import { readLocalTime } from '../../domain/local-time.ts';
import type { NextStep } from '../../domain/next-step.ts';
import { contactWorkflowId, dialTaskQueue } from '../../workflows/ids.ts';
import { classification } from '../support/attempt-fixture.ts';
import {
  campaignSettings,
  contactToInsert,
  dialable,
  insertCampaign,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { openVirtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWorker, timeSkippingEnvironment } from '../support/workflow-environment.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Within this both must agree when a call begins: who goes first at the trunk is not told. */
const toleranceMs = 5 * minuteMs;

const rules = {
  timeZone: 'America/Mexico_City',
  callingWindow: {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    fromMinute: 9 * 60,
    toMinute: 20 * 60,
    timeZone: 'contact',
  },
  attempts: { perContact: 7, perNumberPerDay: 2, perPerson: 4 },
  caps: [
    { rule: 'caps[0]: 3 calls in 24h', max: 3, perMs: 24 * hourMs, scope: 'contact', counts: null },
  ],
  coolOffs: [
    {
      rule: 'coolOffs[0]: 30h after rejected',
      after: ['rejected'],
      forMs: 30 * hourMs,
      scope: 'contact',
    },
  ],
  recycle: {
    busy: { afterMs: 20 * minuteMs, max: 3, backoff: 2, jitterMs: 10 * minuteMs },
    no_answer: { afterMs: 3 * hourMs, max: 4, backoff: 1.5, timeOfDay: 'other' },
    CONGESTION: { afterMs: 45 * minuteMs, max: 2, backoff: 1, nextNumber: 'first' },
    rejected: { afterMs: hourMs, max: 1, backoff: 1 },
    voicemail: { afterMs: 24 * hourMs, max: 2, backoff: 1 },
  },
  retarget: [
    {
      when: { callStatus: 'no_answer', attempts: 4 },
      to: { kind: 'campaign', campaign: 'evening' },
    },
    { when: { callStatus: 'voicemail', attempts: 2 }, to: { kind: 'agent', agent: 'ana' } },
  ],
} as const satisfies Partial<CampaignSettings>;

function planOf(seed: number): ForecastPlan {
  const settings = campaignSettings({ ...rules, name: 'spring' });
  return {
    settings,
    trunks: { [testTrunk]: { callsPerSecond: 2, channels: 12 } },
    contacts: 40,
    numbersPerContact: 2,
    zones: [
      { of: 'America/Mexico_City', share: 0.6 },
      { of: 'America/New_York', share: 0.4 },
    ],
    outcomes: [
      { of: 'answered', share: 0.1 },
      { of: 'no_answer', share: 0.4 },
      { of: 'busy', share: 0.2 },
      { of: 'voicemail', share: 0.12 },
      { of: 'rejected', share: 0.06 },
      { of: 'dialing_error', share: 0.12 },
    ],
    durations: assumedDurations(settings, 48_000),
    // A Thursday, 14:00 in Mexico City and 15:00 in New York.
    start: new Date('2026-11-26T20:00:00Z'),
    seed,
  };
}

type Told = Pick<ForecastCall, 'contact' | 'attemptNo' | 'number' | 'callStatus' | 'began'>;

function forecastOf(plan: ForecastPlan): { forecast: Forecast; calls: readonly Told[] } {
  const calls: Told[] = [];
  const onCall = ({ contact, attemptNo, number, callStatus, began }: ForecastCall) =>
    calls.push({ contact, attemptNo, number, callStatus, began });
  const forecast = forecastCampaign({ ...plan, onCall });
  return { forecast, calls };
}

/** A seed with which no call is so near to the end of a window that some seconds decide. */
function steadyPlan(): ForecastPlan {
  for (let seed = 1; seed < 200; seed += 1) {
    const plan = planOf(seed);
    const isSteady = forecastOf(plan).calls.every(({ contact, began }) => {
      const { minute } = readLocalTime(began, zoneOfContact(plan, contact) ?? 'UTC');
      return minute < rules.callingWindow.toMinute - 15;
    });
    if (isSteady) return plan;
  }
  throw new Error('with every seed some call is made in the last minutes of its window');
}

describe('the forecast of a campaign', { timeout: 300_000 }, () => {
  let environment: TestWorkflowEnvironment;
  let database: TestDatabase;
  let clock: VirtualClock;
  before(async () => {
    [environment, database] = await Promise.all([timeSkippingEnvironment(), createTestDatabase()]);
    clock = await openVirtualClock(database);
  });
  after(async () => {
    await clock.close();
    await database.drop();
    await environment.teardown();
  });

  it('is what the real workflows do', async () => {
    const plan = steadyPlan();
    const { forecast, calls } = forecastOf(plan);
    const real = await runForReal(plan);

    const inOrder = (all: readonly Told[]) =>
      [...all].sort((a, b) => a.contact - b.contact || a.attemptNo - b.attemptNo);
    const withoutTime = ({ began: _began, ...call }: Told) => call;
    const expected = inOrder(calls);
    assert.deepEqual(inOrder(real.calls).map(withoutTime), expected.map(withoutTime));
    inOrder(real.calls).forEach((call, index) => {
      const offByMs = call.began.getTime() - (expected[index]?.began.getTime() ?? 0);
      assert.ok(
        Math.abs(offByMs) <= toleranceMs,
        `${JSON.stringify(call)} is off by ${offByMs} ms`,
      );
    });
    const { byCallStatus, retargeted, pendingBecause } = forecast;
    assert.deepEqual(real.outcome, {
      byCallStatus,
      retargeted,
      waitsForAgent: pendingBecause.waitsForAgent,
    });
    // The rules were all there, or the comparison says little.
    assert.deepEqual(
      new Set(forecast.waits.map(({ rule }) => rule)),
      new Set([
        'callingWindow',
        'caps[0]: 3 calls in 24h',
        'coolOffs[0]: 30h after rejected',
        'attempts.perNumberPerDay: 2',
        'recycle-busy',
        'recycle-no_answer',
        'recycle-CONGESTION',
        'recycle-rejected',
        'recycle-voicemail',
        `${testTrunk}: 2 calls per second`,
        `${testTrunk}: 12 channels`,
      ]),
    );
    assert.ok(Object.keys(retargeted).length > 0 && forecast.groups.pending > 0);
  });

  /** Runs the contacts of a plan by their workflows, until each is settled or waits for an agent. */
  async function runForReal(plan: ForecastPlan) {
    await insertCampaign(database.db, { name: 'evening' });
    const contacts = Array.from({ length: plan.contacts }, (_, index) => {
      const numbers = [1, 2].map((position) => `+5255${position}${String(index).padStart(7, '0')}`);
      return contactToInsert(numbers, { timeZone: zoneOfContact(plan, index) });
    });
    const { contactIds, ownerEpoch, campaignId } = await dialable(
      database.db,
      contacts,
      plan.settings,
    );
    // The server's clock cannot be set, so it runs ahead of the campaign's by this.
    const aheadMs = (await environment.currentTimeMs()) - plan.start.getTime();
    const trunk = startTrunk(plan);
    const calls: Told[] = [];
    /** When each contact that is not at rest asks for a call, on the server's clock. */
    const wakeMs = new Map<ContactId, number>(contactIds.map((contactId) => [contactId, 0]));
    let turn: Promise<unknown> = Promise.resolve();

    async function placeCall(input: PlaceCallInput): Promise<PlaceCallResult> {
      const nowMs = (await environment.currentTimeMs()) - aheadMs;
      // One after the other, as they came: the clock of Postgres shows one time only.
      const placed = turn.then(() => placeAt(input, trunk.nextTurn(nowMs)));
      turn = placed.catch(() => {});
      const result = ahead(await placed, aheadMs);
      const atMs = 'next' in result ? timeOf(result.next) : null;
      if (atMs === null) wakeMs.delete(input.contactId);
      else wakeMs.set(input.contactId, atMs);
      return result;
    }

    async function placeAt(input: PlaceCallInput, now: Date): Promise<PlaceCallResult> {
      const { db } = clock;
      const { attemptId, contactId } = input;
      await clock.set(now);
      const claimed = await claimAttempt(db, {
        attemptId,
        contactId,
        trunk: testTrunk,
        ownerEpoch,
      });
      if (claimed.kind !== 'claimed') {
        const deps = { db, log: pino({ level: 'silent' }), trunk: { name: testTrunk } };
        return refusalResult(deps as unknown as TrunkDeps, contactId, claimed);
      }
      const { claim, history } = claimed;
      const verdict = judgeClaim({ ...claim, history }, now);
      if (!verdict.allowed) {
        const { reason, rule, retryAt } = verdict;
        const until = retryAt?.toISOString() ?? null;
        await releaseClaim(db, attemptId, { reason, rule, nextAttemptAt: until });
        const next: NextStep = { step: 'wait', reason, until, trunks: [testTrunk] };
        return { result: 'blocked', reason, next };
      }
      const contact = contactIds.indexOf(contactId);
      const callStatus = endingOf(plan.outcomes, plan.seed, { contact, attemptNo: claim.attempts });
      const ended = trunk.call(now, plan.durations[callStatus]);
      const number = claim.numbers.findIndex(({ id }) => id === claim.numberId);
      calls.push({ contact, attemptNo: claim.attempts, number, callStatus, began: now });
      return end(claim, { contact, callStatus, ended });
    }

    /** As activities/record-call.ts, at the time at which the call ends. */
    async function end(
      claim: Claim,
      call: { contact: number; callStatus: Told['callStatus']; ended: Date },
    ): Promise<PlaceCallResult> {
      const { callStatus, ended } = call;
      const dialStatus = dialStatusOfEnding[callStatus];
      const attempt = { contact: call.contact, attemptNo: claim.attempts };
      const result = { ...classification(callStatus, dialStatus), now: ended };
      const decision = decideNext({
        ...decisionInput(claim, { ...result, wasTaken: callStatus === 'voicemail' }),
        random: jitterOf(plan.seed, attempt),
      });
      const endedAt = ended.toISOString();
      await clock.set(ended);
      const { next } = await recordOutcome(clock.db, {
        attemptId: claim.attemptId,
        state: 'ended',
        classification: { ...classification(callStatus, dialStatus), endedAt },
        evidence: [],
        decision,
        now: endedAt,
      });
      const told = { dialStatus, callStatus, classifiedBy: 'test', decidedBy: decision.rule };
      return { result: 'settled', ...told, endedAt, next };
    }

    const workers = await Promise.all([
      startWorker(environment, { taskQueue: dialTaskQueue(testTrunk), activities: { placeCall } }),
      startWorker(environment, { taskQueue: 'dialer', workflows: true, activities: {} }),
    ]);
    const handles = await Promise.all(
      contactIds.map((contactId) =>
        environment.client.workflow.start('contact', {
          workflowId: contactWorkflowId(contactId),
          taskQueue: 'dialer',
          args: [{ contactId, trunks: [testTrunk] }],
        }),
      ),
    );
    // Time is skipped by hand, while nobody calls: the server would not wait for an activity.
    while (wakeMs.size > 0) {
      await waitFor(async () => {
        const nowMs = await environment.currentTimeMs();
        return [...wakeMs.values()].every((atMs) => atMs > nowMs);
      });
      const sleepMs = Math.min(...wakeMs.values()) - (await environment.currentTimeMs());
      if (wakeMs.size > 0 && sleepMs > 0) await environment.sleep(sleepMs);
    }
    await Promise.all(handles.map((handle) => handle.terminate().catch(() => {})));
    await Promise.all(workers.map((worker) => worker.stop()));
    return { calls, outcome: await outcomeOf(database, campaignId) };
  }
});

/** Turns 1/callsPerSecond apart, for calls that come in the order of time, while a channel is free. */
function startTrunk({ trunks, start }: ForecastPlan) {
  const { callsPerSecond, channels } = trunks[testTrunk] ?? assert.fail();
  const freeAt = new Array<number>(channels).fill(start.getTime());
  let turnMs = start.getTime();
  return {
    nextTurn(nowMs: number): Date {
      const at = Math.max(nowMs, turnMs, Math.min(...freeAt));
      turnMs = at + 1000 / callsPerSecond;
      return new Date(at);
    },
    call(now: Date, durationMs: number): Date {
      const ended = now.getTime() + durationMs;
      freeAt[freeAt.indexOf(Math.min(...freeAt))] = ended;
      return new Date(ended);
    },
  };
}

/** When a contact asks again; null when it never does by itself. */
function timeOf(next: NextStep): number | null {
  if (next.step === 'dial') return next.at === null ? 0 : Date.parse(next.at);
  return next.step === 'wait' && next.until !== null ? Date.parse(next.until) : null;
}

/** The next step on the server's clock, and with a timer where the feeder would wake the contact. */
function ahead(result: PlaceCallResult, byMs: number): PlaceCallResult {
  if (!('next' in result)) return result;
  const later = (iso: string | null) =>
    iso === null ? null : new Date(Date.parse(iso) + byMs).toISOString();
  const { next } = result;
  if (next.step === 'dial') return { ...result, next: { ...next, at: later(next.at) } };
  if (next.step !== 'wait') return result;
  const { step, reason, until, trunks } = next;
  return { ...result, next: { step, reason, until: later(until), trunks } };
}

async function outcomeOf({ db }: TestDatabase, campaignId: string) {
  const { rows } = await db.raw<{
    rows: { status: string | null; assigned: string | null; count: number }[];
  }>(
    `select call_status as status, assigned_to as assigned, count(*)::int as count
     from contacts where campaign_id = ? group by 1, 2`,
    [campaignId],
  );
  const count = (key: (row: (typeof rows)[number]) => string | undefined) => {
    const counts: Record<string, number> = {};
    for (const row of rows) {
      const name = key(row);
      if (name !== undefined) counts[name] = (counts[name] ?? 0) + row.count;
    }
    return counts;
  };
  return {
    byCallStatus: count(({ status }) => status ?? undefined),
    retargeted: count(({ assigned }) => /^campaign:(.*)$/.exec(assigned ?? '')?.[1]),
    waitsForAgent: count(({ assigned }) => /^agent:(.*)$/.exec(assigned ?? '')?.[1]),
  };
}
