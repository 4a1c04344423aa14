import assert from 'node:assert/strict';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { numberFor, outcomePlan } from '../../asterisk/outcome-plan.ts';
import type { Order, Outcome } from '../../asterisk/plan/outcome.ts';
import { listAttempts, type AttemptRow } from '../../db/attempts-list.ts';
import type { AnsweringMachine, ConnectTarget } from '../../domain/campaign-settings.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import {
  contactToInsert,
  insertCampaign,
  insertTestContacts,
} from '../support/campaign-fixture.ts';
import { startEngine, type Ami, type Engine } from '../support/engine.ts';

/** One row of the table of outcomes, and the attempt that a campaign made of it. */
export interface DialledOutcome {
  readonly outcome: Outcome;
  readonly attempt: AttemptRow;
  /** How many calls to the number the carrier's own record has. */
  readonly rung: number;
}

/**
 * Dials every outcome there is by campaigns, one for each kind of order, on the whole engine: each is a
 * contact with its own number, dialled once. Rows that need an earlier call to their number, or a dial
 * string without a number, are left to the suite that dials without campaigns.
 */
export async function dialOutcomes(
  ami: Ami,
  carrierLog: string,
  dataDir: string,
): Promise<DialledOutcome[]> {
  const outcomes = outcomePlan.filter(
    ({ times, order }) => times === undefined && order.dialString.includes('{number}'),
  );
  const engine = await startEngine({
    ami,
    dataDir,
    callsPerSecond: 8,
    channels: 30,
    trunks: Object.fromEntries(outcomes.map(({ order }) => [trunkOf(order), order.dialString])),
    agents: Object.fromEntries(outcomes.flatMap(agentsOf)),
  });
  try {
    const campaigns = await createCampaigns(engine, outcomes);
    await runAll(engine, campaigns);
    const attempts = await attemptsOf(engine, campaigns);
    return outcomes.map((outcome) => dialled(outcome, attempts, carrierLog));
  } finally {
    await engine.stop();
  }
}

/** So many campaigns at once; most have one contact, and each asks for work twice a second. */
const parallel = 6;

async function runAll(engine: Engine, campaigns: readonly CampaignId[]): Promise<void> {
  const waiting = [...campaigns];
  const runNext = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await (await engine.start(id)).result();
    }
  };
  await Promise.all(Array.from({ length: parallel }, runNext));
}

function dialled(
  outcome: Outcome,
  attempts: readonly AttemptRow[],
  carrierLog: string,
): DialledOutcome {
  // A claim that was given up before a byte left is no attempt.
  const made = attempts.filter(
    ({ externalId, state }) => externalId === outcome.code && state !== 'not_placed',
  );
  const [attempt] = made;
  assert.ok(attempt !== undefined && made.length === 1, `${outcome.code}: ${made.length} attempts`);
  const calls = readCarrierLog(carrierLog).filter(({ number }) => number === numberFor(outcome));
  // An INVITE that is sent again, or again with credentials, is the same call.
  return { outcome, attempt, rung: new Set(calls.map(({ callId }, n) => callId ?? n)).size };
}

async function createCampaigns(
  engine: Engine,
  outcomes: readonly Outcome[],
): Promise<CampaignId[]> {
  const byOrder = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = JSON.stringify(outcome.order);
    byOrder.set(key, [...(byOrder.get(key) ?? []), outcome]);
  }
  const campaigns: CampaignId[] = [];
  for (const rows of byOrder.values()) campaigns.push(await createCampaign(engine, rows));
  return campaigns;
}

/** One campaign: all its rows have the same order. */
async function createCampaign(engine: Engine, rows: readonly Outcome[]): Promise<CampaignId> {
  const order = rows[0]?.order;
  assert.ok(order !== undefined);
  const { campaignId } = await insertCampaign(
    engine.db,
    {
      trunks: [trunkOf(order)],
      ringTimeoutMs: 8_000,
      connect: connectOf(order),
      answeringMachine: machineOf(order),
    },
    'draft',
  );
  const contacts = rows.map((row) =>
    contactToInsert([`+${numberFor(row)}`], { externalId: row.code }),
  );
  const ids = await insertTestContacts(engine.db, campaignId, contacts);
  if (order.assignedAgent !== null) await assign(engine, ids, nameOf(order.assignedAgent));
  return campaignId;
}

/** As after `dialer contacts reassign --agent` and `call-now`. */
async function assign(engine: Engine, ids: readonly ContactId[], agent: string): Promise<void> {
  await engine.db.raw(
    `update contacts set assigned_to = :assignedTo, call_now = true where id = any(:ids)`,
    { assignedTo: `agent:${agent}`, ids },
  );
}

async function attemptsOf(engine: Engine, campaigns: readonly CampaignId[]): Promise<AttemptRow[]> {
  const attempts: AttemptRow[] = [];
  for (const id of campaigns) {
    for await (const attempt of listAttempts(engine.db, id)) attempts.push(attempt);
  }
  return attempts;
}

function connectOf({ connect, target }: Order): ConnectTarget {
  switch (connect) {
    case 'context': {
      const [extension = '', context = ''] = target.split('@');
      return { kind: 'context', context, extension };
    }
    case 'queue':
      return { kind: 'queue', queue: target };
    case 'play':
      return { kind: 'play', sound: target };
    case 'agent':
      return { kind: 'agent', agent: nameOf(target) };
  }
}

function machineOf({ machine }: Order): AnsweringMachine | null {
  if (machine === 'off') return null;
  return machine === 'message' ? { action: machine, message: 'hello-world' } : { action: machine };
}

function agentsOf({ order }: Outcome): [string, { endpoint: string }][] {
  const endpoints = [order.assignedAgent, order.connect === 'agent' ? order.target : null];
  return endpoints.flatMap((endpoint) =>
    endpoint === null ? [] : [[nameOf(endpoint), { endpoint }] as [string, { endpoint: string }]],
  );
}

function trunkOf({ dialString }: Order): string {
  return nameOf(dialString.replace('{number}', 'n'));
}

/** Names are lower-case words with hyphens. */
function nameOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
