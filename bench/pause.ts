/**
 * How soon a pause stops new calls while thousands of contacts are open, and how the campaign goes on
 * afterwards, on the simulator and a real Temporal server and Postgres:
 *
 *   npm run -s bench:pause [-- --open N] [--cps N]
 *
 * Opens N contacts (10,000 by default) of a trunk that dials `cps` calls per second (2), pauses as the
 * client does, waits until everybody was refused, resumes, pauses again through the workflow's Update alone,
 * and compares the attempts with the carrier's record.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCarrierLog } from '../asterisk/carrier-log.ts';
import { startSimulator } from '../asterisk/simulator/start-simulator.ts';
import { writeAudit } from '../db/audit-log.ts';
import { openDueCount } from '../db/feed.ts';
import { setCampaignState } from '../db/set-campaign-state.ts';
import type { AuditId, CampaignId } from '../domain/ids.ts';
import {
  contactToInsert,
  insertCampaign,
  insertTestContacts,
} from '../test/support/campaign-fixture.ts';
import { startEngine, type Engine } from '../test/support/engine.ts';
import { waitFor } from '../test/support/wait-for.ts';

const { values } = parseArgs({
  options: { open: { type: 'string', default: '10000' }, cps: { type: 'string', default: '2' } },
});
const open = Number(values.open);
const callsPerSecond = Number(values.cps);
const patienceMs = 30 * 60_000;
const because = { reasonCode: 'other' };

const dataDir = mkdtempSync(join(tmpdir(), 'bench-pause-'));
const carrierLog = join(dataDir, 'carrier.log');
const simulator = await startSimulator({ carrierLog, timing: { speed: 20 } });
const engine = await startEngine({
  ...{ ami: simulator, dataDir, callsPerSecond, channels: 100 },
  fedFor: { callsPerSecond: open, channels: open },
});
try {
  await measure(engine);
} finally {
  await engine.stop();
  await simulator.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure({ db, ...running }: Engine): Promise<void> {
  const { campaignId } = await insertCampaign(db, {}, 'draft');
  // More than are to be open: some are called while the others are opened.
  const count = Math.ceil(open * 1.3);
  for (let from = 0; from < count; from += 1_000) {
    const page = Array.from({ length: Math.min(1_000, count - from) }, (_, index) =>
      contactToInsert([`+52${String(100_000 + from + index)}0200`]),
    );
    await insertTestContacts(db, campaignId, page);
  }
  const campaign = await running.start(campaignId);
  await timed('contacts opened', () => untilOpen(campaignId, open));

  const first = await writeAudit(db, { actor: 'bench', action: 'campaign.pause', campaignId });
  await timed('pause in Postgres', () => setCampaignState(db, campaignId, 'paused', first));
  await timed('everybody refused', () => untilOpen(campaignId, 0));
  await sayLatest('after the pause', campaignId, first);

  await timed('resume answered', () => campaign.executeUpdate('resume', { args: [because] }));
  await timed('contacts woken', () => untilOpen(campaignId, open * 0.9));
  const second = await writeAudit(db, { actor: 'bench', action: 'campaign.pause', campaignId });
  await timed('pause by Update answered', () =>
    campaign.executeUpdate('pause', { args: [{ auditId: second }] }),
  );
  await timed('everybody refused', () => untilOpen(campaignId, 0));
  await sayLatest('after the pause by Update', campaignId, second);

  const rung = readCarrierLog(carrierLog).map(({ number }) => number);
  const { rows } = await db.raw<{ rows: { made: number }[] }>(
    "select count(*)::int as made from attempts where campaign_id = ? and state not in ('void', 'not_placed')",
    [campaignId],
  );
  say('attempts', String(rows[0]?.made));
  say('calls the carrier saw', `${rung.length}, ${rung.length - new Set(rung).size} of them twice`);
}

/** Waits until so many contacts take up dial capacity, or, for 0, until none does. */
async function untilOpen(campaignId: CampaignId, wanted: number): Promise<void> {
  await waitFor(async () => {
    const { count } = await openDueCount(engine.db, campaignId);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return wanted === 0 ? count === 0 : count >= wanted;
  }, patienceMs);
}

/** The latest claim and the latest call, by how much later than the pause they were. */
async function sayLatest(when: string, campaignId: CampaignId, auditId: AuditId): Promise<void> {
  const { rows } = await engine.db.raw<{ rows: { applied_at: Date; latest: Date }[] }>(
    `select l.applied_at, max(a.claimed_at) as latest
     from audit_log l join attempts a on a.campaign_id = :campaignId and a.state <> 'void'
     where l.id = :auditId group by l.applied_at`,
    { campaignId, auditId },
  );
  const pausedAt = rows[0]?.applied_at.getTime() ?? Number.NaN;
  const calledAt = Date.parse(readCarrierLog(carrierLog).at(-1)?.at ?? '');
  say(`last claim ${when}`, `${(rows[0]?.latest.getTime() ?? Number.NaN) - pausedAt} ms`);
  say(`last call ${when}`, `${calledAt - pausedAt} ms`);
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const from = performance.now();
  await work();
  say(what, `${((performance.now() - from) / 1_000).toFixed(2)} s`);
}

function say(what: string, figure: string): void {
  console.log(`${what.padEnd(40)} ${figure}`);
}
