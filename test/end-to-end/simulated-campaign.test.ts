import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { startSimulator, type Simulator } from '../../asterisk/simulator/start-simulator.ts';
import { campaignReport } from '../../db/report.ts';
import { groups } from '../../domain/call-status.ts';
import type { CampaignId } from '../../domain/ids.ts';
import {
  contactToInsert,
  insertCampaign,
  insertTestContacts,
} from '../support/campaign-fixture.ts';
import { startEngine, type Engine } from '../support/engine.ts';

const contactCount = 1_000;
const endings = ['0200', '0486', '0603', '0404', '1486', '0410', '0503', '0403', '2480', '0484'];

/** What a contact must end with, by the last four digits of its number, under the rules below. */
const expected: Record<string, string> = {
  '0200': 'answered',
  '0486': 'busy',
  '0603': 'rejected',
  '0404': 'invalid_number',
  '1486': 'answered',
  '0410': 'out_of_service',
  '0503': 'dialing_error',
  '0403': 'dialing_error',
  '2480': 'answered',
  '0484': 'invalid_number',
};

describe('a campaign of a thousand contacts on the simulator', { timeout: 300_000 }, () => {
  let dataDir: string;
  let simulator: Simulator;
  let engine: Engine;
  let campaignId: CampaignId;
  const carrierLog = () => path.join(dataDir, 'carrier.log');

  before(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'dialer-e2e-'));
    simulator = await startSimulator({ carrierLog: carrierLog(), timing: { speed: 20 } });
    engine = await startEngine({ ami: simulator, dataDir, callsPerSecond: 100, channels: 60 });
    const campaign = await insertCampaign(
      engine.db,
      {
        recycle: {
          busy: { afterMs: 1_000, max: 1, backoff: 1 },
          no_answer: { afterMs: 1_000, max: 2, backoff: 1 },
        },
      },
      'draft',
    );
    campaignId = campaign.campaignId;
    const contacts = Array.from({ length: contactCount }, (_, index) => {
      const ending = endings[index % endings.length] ?? '';
      return contactToInsert([`+5255${String(1_000 + index)}${ending}`], {
        name: `Sample Person ${index}`,
      });
    });
    await insertTestContacts(engine.db, campaignId, contacts);
  });
  after(async () => {
    await engine.stop();
    await simulator.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('settles everybody, and its totals add up at every moment', async () => {
    const handle = await engine.start(campaignId);
    let isOver = false;
    let samples = 0;
    const sampling = (async () => {
      while (!isOver) {
        const report = await campaignReport(engine.db, campaignId);
        const sum = report.connected + report.unanswered + report.failed + report.pending;
        assert.equal(sum, contactCount);
        assert.equal(report.total, contactCount);
        samples += 1;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    await handle.result();
    isOver = true;
    await sampling;
    assert.ok(samples > 20, `only ${samples} samples`);
  });

  it('gave every contact the status that its far end calls for', async () => {
    const { rows } = await engine.db.raw<{ rows: { call_status: string; e164: string }[] }>(
      `select c.call_status, n.e164 from contacts c join numbers n on n.contact_id = c.id
       where c.campaign_id = ?`,
      [campaignId],
    );
    assert.equal(rows.length, contactCount);
    const wrong = rows.filter((row) => row.call_status !== expected[row.e164.slice(-4)]);
    assert.deepEqual(wrong, []);
  });

  it('reports what the numbers say', async () => {
    const report = await campaignReport(engine.db, campaignId);
    const perEnding = contactCount / endings.length;
    assert.equal(report.pending, 0);
    assert.equal(report.byCallStatus.answered, 3 * perEnding);
    assert.equal(report.byCallStatus.busy, perEnding);
    assert.equal(report.byCallStatus.dialing_error, 2 * perEnding);
    assert.equal(report.byCallStatus.invalid_number, 2 * perEnding);
    const counted = groups.reduce((sum, group) => sum + report[group], 0);
    assert.equal(counted, contactCount);
  });

  it('rang nobody more often than there are attempts, as the carrier recorded it', async () => {
    const rung = countBy(readCarrierLog(carrierLog()).map(({ number }) => number));
    const attempts = await engine
      .db<{ e164: string; attempts_made: number }>('numbers')
      .where({ campaign_id: campaignId } as object)
      .select('e164', 'attempts_made');
    const differing = attempts.filter(
      ({ e164, attempts_made }) => rung.get(e164.slice(1)) !== attempts_made,
    );
    assert.deepEqual(differing, []);
    const most = Math.max(...attempts.map(({ attempts_made }) => attempts_made));
    assert.equal(most, 3);
  });

  it('left no number and no name in any Temporal history', async () => {
    const personal = await engine.db<{ e164: string }>('numbers').pluck('e164');
    const digits = new Set(personal.map((e164) => e164.slice(1)));
    let scanned = 0;
    for await (const { workflowId } of engine.environment.client.workflow.list()) {
      const history = await engine.environment.client.workflow.getHandle(workflowId).fetchHistory();
      const text = `${workflowId} ${JSON.stringify(history, decodePayload)}`;
      assert.doesNotMatch(text, /Sample Person/);
      for (const run of text.match(/\d{10,}/g) ?? []) {
        assert.ok(![...digits].some((number) => run.includes(number)), workflowId);
      }
      scanned += 1;
    }
    assert.ok(scanned > contactCount, `only ${scanned} histories`);
  });
});

/** Payloads are bytes: without this the scan would read their base64. */
function decodePayload(key: string, value: unknown): unknown {
  if (key !== 'data' || typeof value !== 'object' || value === null) return value;
  const bytes: unknown = 'data' in value ? value.data : Object.values(value);
  return Buffer.from(bytes as number[]).toString('utf8');
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
