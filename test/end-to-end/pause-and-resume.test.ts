import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { startSimulator, type Simulator } from '../../asterisk/simulator/start-simulator.ts';
import { writeAudit } from '../../db/audit-log.ts';
import { campaignProgress } from '../../db/campaign-progress.ts';
import { openDueCount } from '../../db/feed.ts';
import type { CampaignId } from '../../domain/ids.ts';
import {
  contactToInsert,
  insertCampaign,
  insertTestContacts,
} from '../support/campaign-fixture.ts';
import { startEngine, type Engine } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const contactCount = 250;

describe('a campaign that is paused with all its contacts open', { timeout: 180_000 }, () => {
  let dataDir: string;
  let simulator: Simulator;
  let engine: Engine;
  let campaignId: CampaignId;
  let campaign: Awaited<ReturnType<Engine['start']>>;
  const rung = () => readCarrierLog(path.join(dataDir, 'carrier.log')).map(({ number }) => number);

  before(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'dialer-pause-'));
    const carrierLog = path.join(dataDir, 'carrier.log');
    simulator = await startSimulator({ carrierLog, timing: { speed: 20 } });
    engine = await startEngine({
      ...{ ami: simulator, dataDir, callsPerSecond: 10, channels: 20 },
      fedFor: { callsPerSecond: 100, channels: 100 },
    });
    ({ campaignId } = await insertCampaign(engine.db, {}, 'draft'));
    const contacts = Array.from({ length: contactCount }, (_, index) =>
      contactToInsert([`+5255${String(1_000 + index)}0200`]),
    );
    await insertTestContacts(engine.db, campaignId, contacts);
    campaign = await engine.start(campaignId);
    await waitFor(async () => {
      const { count } = await openDueCount(engine.db, campaignId);
      return count > 150 && rung().length > 20;
    }, 60_000);
  });
  after(async () => {
    await engine.stop();
    await simulator.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('claims nobody later than a second after the pause, and all of them wait', async () => {
    const { db } = engine;
    const auditId = await writeAudit(db, { actor: 'test', action: 'campaign.pause', campaignId });
    assert.deepEqual(await campaign.executeUpdate('pause', { args: [{ auditId }] }), {
      state: 'paused',
    });
    await waitFor(async () => {
      const { rows } = await db.raw<{ rows: { open: number }[] }>(
        `select count(*)::int as open from contacts
         where campaign_id = ? and state = 'waiting' and fed_at is not null
           and waiting_for is distinct from 'paused'`,
        [campaignId],
      );
      return rows[0]?.open === 0;
    }, 60_000);
    const { rows } = await db.raw<{ rows: { late: number; made: number }[] }>(
      `select count(*)::int as made, count(*) filter (
         where a.claimed_at > (select applied_at from audit_log where id = :auditId) + interval '1 second'
       )::int as late
       from attempts a
       where a.campaign_id = :campaignId and a.state not in ('void', 'not_placed')`,
      { auditId, campaignId },
    );
    assert.equal(rows[0]?.late, 0);
    assert.equal(rung().length, rows[0]?.made);
    const { pending } = await campaignProgress(db, campaignId);
    assert.ok(pending > 100, `only ${pending} were left`);
  });

  it('goes on when it is resumed, and rings nobody twice', async () => {
    await campaign.executeUpdate('resume', { args: [{ reasonCode: 'other' }] });
    await campaign.result();
    assert.equal((await campaignProgress(engine.db, campaignId)).connected, contactCount);
    assert.equal(new Set(rung()).size, contactCount);
    assert.equal(rung().length, contactCount);
  });
});
