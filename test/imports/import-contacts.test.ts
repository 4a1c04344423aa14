import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CampaignId } from '../../domain/ids.ts';
import type { ImportFault } from '../../imports/csv-fault.ts';
import { importContacts } from '../../imports/import-contacts.ts';
import { insertCampaign } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { piecesOf } from './pieces-of.ts';

describe('importing contacts', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  const newCampaign = async (name: string) =>
    (await insertCampaign(database.db, { name }, 'draft')).campaignId;

  async function load(campaignId: CampaignId, content: string) {
    const faults: ImportFault[] = [];
    const result = await importContacts({
      db: database.db,
      campaignId,
      file: piecesOf(content),
      phoneSecret: new Uint8Array(32),
      defaultCountry: 'MX',
      onFault: (fault) => void faults.push(fault),
    });
    return { ...result, faults };
  }

  it('stores the good rows and counts the refused ones, each with its faults', async () => {
    const { imported, refused, faults } = await load(
      await newCampaign('good-and-bad'),
      'number_1,number_2,external_id\n' +
        '55 5010 0200,,A\n' +
        'abc,911,B\n' +
        '55 5011 0200,55 5012 0200,C\n',
    );
    assert.deepEqual(
      { imported, refused, faults: faults.length },
      { imported: 2, refused: 1, faults: 2 },
    );
    assert.deepEqual(
      faults.map(({ line }) => line),
      [3, 3],
    );
  });

  it('refuses a phone and an external id that the campaign has, in the file, before it, in any spelling', async () => {
    const campaignId = await newCampaign('duplicates');
    await load(campaignId, 'number,external_id\n55 5010 0200,A\n');
    const { imported, refused, faults } = await load(
      campaignId,
      'number_1,number_2,external_id\n' +
        '55 5011 0200,,A\n' +
        '55 5012 0200,+521 55 5010 0200,B\n' +
        '55 5013 0200,,C\n' +
        '044 55 5013 0200,,D\n',
    );
    assert.deepEqual({ imported, refused }, { imported: 1, refused: 3 });
    const reason = 'this phone is already in the campaign';
    assert.deepEqual(faults, [
      {
        line: 2,
        column: 'external_id',
        value: 'A',
        reason: 'this external_id is already in the campaign',
      },
      { line: 3, column: 'number_2', value: '+521 55 5010 0200', reason },
      { line: 5, column: 'number_1', value: '044 55 5013 0200', reason },
    ]);
  });

  it('can be repeated: a second time everything is a duplicate', async () => {
    const campaignId = await newCampaign('repeated');
    const rows = Array.from({ length: 2_500 }, (_, i) => `+52 55 ${30_000_000 + i}\n`).join('');
    const first = await load(campaignId, `number\n${rows}`);
    const second = await load(campaignId, `number\n${rows}`);
    assert.deepEqual([first.imported, first.refused], [2_500, 0]);
    assert.deepEqual([second.imported, second.refused], [0, 2_500]);
  });

  it('keeps what came before an unclosed quote', async () => {
    const { imported, refused } = await load(
      await newCampaign('unclosed'),
      'number,name\n55 5010 0200,Sample 01\n55 5011 0200,"Sample\n55 5012 0200,x\n',
    );
    assert.deepEqual({ imported, refused }, { imported: 1, refused: 1 });
  });

  it('keeps a number that is not in the numbering plan and never makes it due', async () => {
    const campaignId = await newCampaign('not-in-plan');
    const { imported } = await load(campaignId, 'number\n+52 21 5010 0200\n');
    const rows = await database
      .db('contacts')
      .where({ campaign_id: campaignId })
      .select('call_status');
    assert.equal(imported, 1);
    assert.deepEqual(rows, [{ call_status: 'invalid_number' }]);
  });

  it('refuses a cancelled campaign and one that does not exist', async () => {
    const campaignId = await newCampaign('cancelled');
    await database.db('campaigns').where({ id: campaignId }).update({ state: 'cancelled' });
    const content = 'number\n55 5010 0200\n';
    await assert.rejects(load(campaignId, content), { code: 'CAMPAIGN_CANCELLED' });
    const unknown = '00000000-0000-4000-8000-000000000000' as unknown as CampaignId;
    await assert.rejects(load(unknown, content), { code: 'CAMPAIGN_NOT_FOUND' });
  });
});
