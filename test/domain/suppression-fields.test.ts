import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCampaignFile } from '../../domain/campaign-file.ts';
import { describeListAge } from '../../domain/list-age.ts';

const least = { name: 'least', trunks: ['carrier-a'], connect: { queue: 'sales' } };

function read(suppression: unknown) {
  return readCampaignFile(
    { ...least, ...(suppression === undefined ? {} : { suppression }) },
    { trunks: ['carrier-a'], agents: [] },
  );
}

describe('suppression of a campaign file', () => {
  it('names the lists that must be there, and how old each may be', () => {
    const reading = read({ lists: [{ source: ' repep ', maxAge: '30d' }] });
    assert.ok(reading.ok);
    assert.deepEqual(reading.settings.suppression, {
      lists: [{ source: 'repep', maxAgeMs: 30 * 86_400_000 }],
    });
  });

  it('is absent when it is not in the file: stored settings of before do not have it either', () => {
    const reading = read(undefined);
    assert.ok(reading.ok && !('suppression' in reading.settings));
  });

  const refused: [unknown, string][] = [
    [{}, 'suppression.lists'],
    [{ lists: [] }, 'suppression.lists'],
    [{ lists: [{ source: 'repep' }] }, 'suppression.lists[0].maxAge'],
    [{ lists: [{ source: 'repep', maxAge: 30 }] }, 'suppression.lists[0].maxAge'],
    [{ lists: [{ source: 'repep', maxAge: '59m' }] }, 'suppression.lists[0].maxAge'],
    [{ lists: [{ maxAge: '30d' }] }, 'suppression.lists[0].source'],
    [{ lists: [{ source: ' ', maxAge: '30d' }] }, 'suppression.lists[0].source'],
    [{ lists: [{ source: 'a\nb', maxAge: '30d' }] }, 'suppression.lists[0].source'],
    [{ lists: [{ source: 'x'.repeat(81), maxAge: '30d' }] }, 'suppression.lists[0].source'],
    [{ lists: [{ source: 'repep', maxAge: '30d', age: 1 }] }, 'suppression.lists[0].age'],
    [{ lists: ['30d', '60d'].map((maxAge) => ({ source: 'repep', maxAge })) }, 'suppression.lists'],
  ];
  for (const [suppression, path] of refused) {
    it(`refuses ${JSON.stringify(suppression).slice(0, 80)} at ${path}`, () => {
      const reading = read(suppression);
      assert.ok(!reading.ok);
      assert.deepEqual(
        reading.faults.map((fault) => fault.path),
        [path],
      );
    });
  }
});

describe('describeListAge', () => {
  const now = new Date('2026-03-01T00:00:00Z');
  const required = { source: 'repep', maxAgeMs: 30 * 86_400_000 };

  it('says that a list was never imported, or how old it is', () => {
    assert.equal(
      describeListAge({ ...required, listDate: null }, now),
      'the suppression list "repep" was never imported',
    );
    assert.equal(
      describeListAge({ ...required, listDate: '2026-01-01T00:00:00Z' }, now),
      'the suppression list "repep" is 59 days old; at most 30 days are allowed',
    );
    assert.equal(
      describeListAge({ ...required, maxAgeMs: 3_600_000, listDate: '2026-02-28T00:00:00Z' }, now),
      'the suppression list "repep" is 24 hours old; at most 1 hours are allowed',
    );
  });
});
