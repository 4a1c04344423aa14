import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { startSimulator, type Simulator } from '../../asterisk/simulator/start-simulator.ts';
import { noteSuppressionList } from '../../db/suppression-lists.ts';
import { phoneKey } from '../../domain/phone-key.ts';
import { importSuppressions } from '../../imports/import-suppressions.ts';
import { piecesOf } from '../imports/pieces-of.ts';
import {
  contactToInsert,
  insertCampaign,
  insertTestContacts,
} from '../support/campaign-fixture.ts';
import { startEngine, type Engine } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const dayMs = 86_400_000;
const source = 'register';
const phoneSecret = new Uint8Array(32).fill(9);
// Answered at once, by the carrier's plan.
const numbers = Array.from({ length: 300 }, (_, index) => `+5255${1_000 + index}0200`);
const suppressedLast = 40;

describe('a campaign that requires a suppression list', { timeout: 180_000 }, () => {
  let dataDir: string;
  let simulator: Simulator;
  let engine: Engine;
  const rung = () => readCarrierLog(path.join(dataDir, 'carrier.log')).map((call) => call.number);

  before(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'dialer-e2e-'));
    simulator = await startSimulator({
      carrierLog: path.join(dataDir, 'carrier.log'),
      timing: { speed: 20 },
    });
    engine = await startEngine({ ami: simulator, dataDir, callsPerSecond: 25, channels: 30 });
  });
  after(async () => {
    await engine.stop();
    await simulator.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('stops dialling when the list gets too old, and goes on by itself after an import', async () => {
    const { db } = engine;
    const { campaignId } = await insertCampaign(
      db,
      { suppression: { lists: [{ source, maxAgeMs: 30 * dayMs }] } },
      'draft',
    );
    const contacts = numbers.map((e164) =>
      contactToInsert([], {
        numbers: [{ e164, phoneKey: phoneKey(e164, phoneSecret), valid: true }],
      }),
    );
    await insertTestContacts(db, campaignId, contacts);
    const listOf = (listDate: Date) =>
      noteSuppressionList(db, { source, campaignId: null, listDate, replaced: true });
    await listOf(new Date());
    const handle = await engine.start(campaignId);
    await waitFor(async () => rung().length >= 20);

    await listOf(new Date(Date.now() - 31 * dayMs));
    const count = async (where: Record<string, unknown>) =>
      Number((await db('contacts').where({ campaign_id: campaignId, ...where })).length);
    await waitFor(async () => (await count({ waiting_for: 'suppression_list_old' })) > 0);
    const sending = () => db('attempts').where({ campaign_id: campaignId, state: 'sending' });
    await waitFor(async () => (await sending()).length === 0);
    assert.ok(
      rung().length < numbers.length - suppressedLast,
      'the list got too old in the middle',
    );

    const late = numbers.slice(-suppressedLast);
    const spelled = late.map((e164) => `52 1 ${e164.slice(3, 5)} ${e164.slice(5)}`);
    const imported = await importSuppressions({
      db,
      campaignId: null,
      file: piecesOf(`${spelled.join('\n')}\n`),
      phoneSecret,
      defaultCountry: 'MX',
      ...{ source, listDate: null, date: null, expires: null },
      ...{ replace: true, force: false, dryRun: false, now: new Date() },
      onFault: () => assert.fail(),
      onProgress: () => {},
      onBroughtIn: () => Promise.resolve(),
    });
    assert.equal(imported.added, suppressedLast);
    await handle.result();

    assert.equal(await count({ call_status: 'restricted' }), suppressedLast);
    assert.equal(await count({ call_status: 'answered' }), numbers.length - suppressedLast);
    const expected = numbers.slice(0, -suppressedLast).map((e164) => e164.slice(1));
    assert.deepEqual(rung().sort(), expected, 'each once, and nobody of the list');
  });
});
