import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDuration } from '../../domain/duration.ts';

describe('parseDuration', () => {
  const rows = [
    ['1s', 1000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
    ['3650d', 315_360_000_000],
  ] as const;
  for (const [text, ms] of rows) {
    it(`reads ${text}`, () => assert.equal(parseDuration(text), ms));
  }

  const refused = [
    '',
    '0s',
    '00m',
    '-1s',
    '+1s',
    '1.5h',
    '30',
    's',
    '30 s',
    ' 30s',
    '30s\n',
    '30S',
    '30ms',
    '1h30m',
    '1w',
    '3651d',
    '99999999999999s',
    '1e3s',
    '\u0663s',
    'PT30S',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), null));
  }

  it('gives whole milliseconds within its limits or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,12}[smhd]$/)), (text) => {
        const ms = parseDuration(text);
        assert.ok(ms === null || (Number.isInteger(ms) && ms > 0 && ms <= 3650 * 86_400_000));
      }),
    );
  });
});
