import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { startSimulator } from '../../asterisk/simulator/start-simulator.ts';
import { showContact, type ContactDetails } from '../../db/show-contact.ts';
import { addSuppressions } from '../../db/suppressions.ts';
import type { CampaignSettings } from '../../domain/campaign-settings.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { contactWorkflowId } from '../../workflows/ids.ts';
import {
  contactToInsert,
  insertCampaign,
  insertTestContacts,
  phoneKeyOf,
} from '../support/campaign-fixture.ts';
import { startEngine, type Ami, type Engine } from '../support/engine.ts';
import { startRealAsterisk } from '../support/start-real-asterisk.ts';
import { waitFor } from '../support/wait-for.ts';

/** What the last four digits mean is in asterisk/carrier-plan.ts: 1486 is busy once, then answers. */
const numbers = {
  recycled: '+525520011486',
  toCampaign: '+525520023480',
  toCampaignCapped: '+525520030480',
  toAgent: '+525520041603',
  suppressed: '+525520050200',
  asleepElsewhere: '+525520060200',
} as const;
type Person = keyof typeof numbers;

const second = { afterMs: 1_000, max: 9, backoff: 1 } as const;

describe('recycling, windows, suppression and retargets', { concurrency: 2 }, () => {
  it('ring on a real Asterisk as the rules say', { timeout: 300_000 }, async (t) => {
    const asterisk = await startRealAsterisk(t);
    if (asterisk === null) return;
    await check(t, asterisk.ami, asterisk.carrierLog);
  });

  it('ring on the simulator as the rules say', { timeout: 300_000 }, async (t) => {
    const folder = await temporaryFolder(t);
    const carrierLog = path.join(folder, 'calls.csv');
    const simulator = await startSimulator({ carrierLog });
    t.after(() => simulator.stop());
    await check(t, simulator, carrierLog);
  });
});

async function check(t: TestContext, ami: Ami, carrierLog: string): Promise<void> {
  const dataDir = await temporaryFolder(t);
  const agents = { ana: { endpoint: 'PJSIP/agent-leaves@phones' } };
  const engine = await startEngine({ ami, dataDir, callsPerSecond: 8, channels: 30, agents });
  try {
    await runCampaigns(engine, carrierLog);
  } finally {
    await engine.stop();
  }
}

async function runCampaigns(engine: Engine, carrierLog: string): Promise<void> {
  const { db } = engine;
  const opening = openingAtNoon(new Date());
  const evening = await insertCampaign(
    db,
    {
      ringTimeoutMs: 5_000,
      attempts: { perContact: 4, perNumberPerDay: null },
      recycle: { no_answer: second },
    },
    'draft',
  );
  const main = await insertCampaign(
    db,
    {
      timeZone: opening.zone,
      callingWindow: opening.window,
      ringTimeoutMs: 5_000,
      recycle: { busy: second, no_answer: second },
      retarget: [
        {
          when: { callStatus: 'no_answer', attempts: 2 },
          to: { kind: 'campaign', campaign: evening.name },
          afterMs: 3_000,
        },
        { when: { callStatus: 'rejected', attempts: 1 }, to: { kind: 'agent', agent: 'ana' } },
      ],
    },
    'draft',
  );
  const people = await insertPeople(engine, main.campaignId, opening.farZone);
  const show = async (person: Person): Promise<ContactDetails> =>
    (await showContact(db, people[person])) ?? assert.fail();
  const rungAt = (person: Person): string[] =>
    readCarrierLog(carrierLog)
      .filter(({ number }) => number === numbers[person].slice(1))
      .map(({ at }) => at);

  await engine.start(evening.campaignId);
  await engine.start(main.campaignId);
  await waitFor(async () => (await show('suppressed')).waitingFor === 'calling_window');
  await addSuppressions(db, {
    campaignId: null,
    source: 'asked',
    numbers: [{ e164: numbers.suppressed, phoneKey: phoneKeyOf(numbers.suppressed) }],
  });
  assert.deepEqual(readCarrierLog(carrierLog), [], 'rung before the window opened');

  const isAsked = async () => (await show('toAgent')).waitingFor === 'agent';
  await waitFor(isAsked, 120_000);
  const workflow = engine.environment.client.workflow.getHandle(contactWorkflowId(people.toAgent));
  await workflow.executeUpdate('callNow', { args: [{ reasonCode: 'customer_request' }] });

  const settles = ['recycled', 'toCampaign', 'toCampaignCapped', 'toAgent', 'suppressed'] as const;
  await waitFor(async () => {
    const all = await Promise.all(settles.map(show));
    return all.every(({ lineage }) => (lineage.at(-1)?.callStatus ?? null) !== null);
  }, 120_000);

  const recycled = await show('recycled');
  assert.equal(recycled.callStatus, 'answered');
  assert.deepEqual(
    recycled.attempts.map(({ callStatus, decision }) => [callStatus, decision?.rule]),
    [
      ['busy', 'recycle-busy'],
      ['answered', 'connected'],
    ],
  );
  assert.equal(rungAt('recycled').length, 2);

  const moved = await show('toCampaign');
  assert.deepEqual([moved.callStatus, moved.assignedTo], ['no_answer', `campaign:${evening.name}`]);
  assert.deepEqual(
    moved.lineage.map(({ campaign, callStatus, attempts }) => [campaign, callStatus, attempts]),
    [
      [main.name, 'no_answer', 2],
      [evening.name, 'answered', 2],
    ],
  );
  const [, beforeMove, afterMove] = rungAt('toCampaign').map(Date.parse);
  assert.equal(rungAt('toCampaign').length, 4);
  assert.ok(Number(afterMove) - Number(beforeMove) >= 3_000, 'the delay of the retarget');
  const child = await showContact(db, moved.lineage[1]?.contactId ?? assert.fail());
  assert.equal(child?.lineage[0]?.contactId, people.toCampaign, 'known from both ends');

  const capped = await show('toCampaignCapped');
  const cappedChild = await showContact(db, capped.lineage[1]?.contactId ?? assert.fail());
  assert.equal(cappedChild?.attempts.at(-1)?.decision?.rule, 'contact-cap');
  assert.equal(rungAt('toCampaignCapped').length, 4, 'the budget goes along with a retarget');

  const toAgent = await show('toAgent');
  assert.deepEqual([toAgent.callStatus, toAgent.assignedTo], ['answered', 'agent:ana']);
  assert.equal(toAgent.attempts.at(-1)?.rule, 'agent-took');
  assert.equal(rungAt('toAgent').length, 2);

  assert.equal((await show('suppressed')).callStatus, 'restricted');
  assert.deepEqual(rungAt('suppressed'), []);
  const asleep = await show('asleepElsewhere');
  assert.deepEqual([asleep.callStatus, asleep.waitingFor], [null, 'calling_window']);
  assert.deepEqual(rungAt('asleepElsewhere'), []);

  await checkLimits(engine);
  assert.equal(rungAt('recycled').length, 2, 'rung beyond the budget of the person');
  assert.equal(rungAt('toCampaignCapped').length, 4, 'rung in spite of the cool-off');

  const tooEarly = readCarrierLog(carrierLog).filter(({ at }) => Date.parse(at) < opening.atMs);
  assert.deepEqual(tooEarly, []);
}

/** People whom other campaigns have called: one has no call left, the other is to be left alone. */
async function checkLimits(engine: Engine): Promise<void> {
  const rule = 'coolOffs[0]: 1d after no_answer';
  const spent = await startWithOne(engine, numbers.recycled, {
    attempts: { perContact: null, perNumberPerDay: null, perPerson: 2 },
  });
  const alone = await startWithOne(engine, numbers.toCampaignCapped, {
    coolOffs: [{ rule, after: ['no_answer'], forMs: 86_400_000, scope: 'person' }],
  });
  const show = (id: ContactId) => showContact(engine.db, id);
  await waitFor(async () => (await show(spent))?.callStatus === 'restricted');
  await waitFor(async () => (await show(alone))?.waitingRule === rule);
  assert.equal((await show(alone))?.waitingFor, 'cool_off');
}

async function startWithOne(
  engine: Engine,
  number: string,
  changes: Partial<CampaignSettings>,
): Promise<ContactId> {
  const { campaignId } = await insertCampaign(engine.db, changes, 'draft');
  const [id] = await insertTestContacts(engine.db, campaignId, [contactToInsert([number])]);
  await engine.start(campaignId);
  return id ?? assert.fail();
}

async function insertPeople(
  { db }: Engine,
  campaignId: CampaignId,
  farZone: string,
): Promise<Record<Person, ContactId>> {
  const people = Object.keys(numbers) as Person[];
  const contacts = people.map((person) =>
    contactToInsert([numbers[person]], person === 'asleepElsewhere' ? { timeZone: farZone } : {}),
  );
  const ids = await insertTestContacts(db, campaignId, contacts);
  return Object.fromEntries(people.map((person, index) => [person, ids[index]])) as Record<
    Person,
    ContactId
  >;
}

/**
 * A window that opens at a full minute, 15 to 75 seconds from now, in a zone where it is about noon; it
 * is night in `farZone`.
 */
function openingAtNoon(now: Date) {
  const hours = 12 - now.getUTCHours();
  const opening = new Date(Math.ceil((now.getTime() + 15_000) / 60_000) * 60_000);
  const fromMinute =
    12 * 60 +
    ((opening.getUTCHours() - now.getUTCHours() + 24) % 24) * 60 +
    opening.getUTCMinutes();
  const window: CampaignSettings['callingWindow'] = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    fromMinute,
    toMinute: fromMinute + 60,
    timeZone: 'contact',
  };
  return {
    zone: zoneAhead(hours),
    farZone: zoneAhead(hours > 0 ? hours - 12 : hours + 12),
    window,
    atMs: opening.getTime(),
  };
}

/** The zone that many hours ahead of UTC; its name has the sign of POSIX, the other way round. */
function zoneAhead(hours: number): string {
  if (hours === 0) return 'Etc/GMT';
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dialer-rules-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
