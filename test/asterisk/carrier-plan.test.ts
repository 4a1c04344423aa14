import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carrierPlan, farEndOf } from '../../asterisk/carrier-plan.ts';
import { numberFor, outcomePlan, reportedOf } from '../../asterisk/outcome-plan.ts';
import { carrierDialplan } from '../../asterisk/provision/carrier-dialplan.ts';

const codesOf = (number: string, calls: number) =>
  Array.from({ length: calls }, (_, earlier) => farEndOf(number, earlier).code);
import { causeOfSipCode } from '../../domain/sip-cause-of-asterisk.ts';

describe('the carrier plan', () => {
  it('goes by the last three digits, whatever stands before them', () => {
    assert.equal(farEndOf('+52 555 700 0486', 0).code, '486');
    assert.equal(farEndOf('525557000486', 7).code, '486');
  });

  it('takes a fourth digit from the end as the number of calls that meet it', () => {
    assert.deepEqual(codesOf('525557003486', 5), ['486', '486', '486', '200', '200']);
    assert.deepEqual(codesOf('525557000486', 3), ['486', '486', '486']);
  });

  it('does not know other digits, which later calls reach all the same', () => {
    assert.deepEqual(codesOf('525557000777', 2), ['404', '404']);
    assert.deepEqual(codesOf('525557001777', 2), ['404', '200']);
  });

  it('takes every final SIP code for what it says, listed or not', () => {
    const unlisted = farEndOf('525557000599', 0);
    assert.deepEqual([unlisted.code, unlisted.expected.techCause], ['599', '599']);
    assert.equal(farEndOf('525557000442', 0).expected.rule, 'sip-442');
    assert.equal(farEndOf('525557000299', 0).code, '404');
  });

  it('reads a number of three digits as one without a count', () => {
    assert.deepEqual(codesOf('486', 2), ['486', '486']);
  });

  it('has each code once', () => {
    const codes = carrierPlan.map((row) => row.code);
    assert.deepEqual(codes, [...new Set(codes)]);
    assert.ok(codes.every((code) => /^\d{3}$/.test(code)));
  });

  it('becomes a dialplan with one extension for each code', () => {
    const files = { logFile: '/run/calls.csv', countFolder: '/run/counts' };
    const dialplan = carrierDialplan({ ...files, dialerSip: 5060 });
    const [, farEnds = ''] = dialplan.split('[far-ends]');
    const extensions = [...farEnds.matchAll(/^exten => (\d+),1,/gm)].map((match) => match[1]);
    assert.deepEqual(
      extensions,
      carrierPlan.map((row) => row.code),
    );
  });
});

describe('the table of outcomes', () => {
  it('has each row and each number once, and a source for each', () => {
    const codes = outcomePlan.map(({ code }) => code);
    assert.deepEqual(codes, [...new Set(codes)]);
    const dialled = outcomePlan.filter(({ order }) => order.dialString.includes('{number}'));
    assert.equal(new Set(dialled.map(numberFor)).size, dialled.length);
    assert.ok(outcomePlan.every(({ source }) => source !== ''));
  });

  it('dials fictional numbers only', () => {
    assert.ok(outcomePlan.every((outcome) => /^525557\d{6}$/.test(numberFor(outcome))));
  });

  it('names the row that one without evidence of its own cannot be told from', () => {
    for (const outcome of outcomePlan) assert.doesNotThrow(() => reportedOf(outcome));
  });

  it('states what Asterisk makes of each code by itself', () => {
    assert.deepEqual([299, 300, 486, 699, 700, 486.5].map(causeOfSipCode), [
      null,
      16,
      17,
      127,
      null,
      null,
    ]);
  });
});
