import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialTargetOf } from '../../workers/check-endpoint.ts';

describe('where a dial string leads', () => {
  const cases: [string, string | null][] = [
    ['PJSIP/{number}@carrier-a', 'PJSIP carrier-a'],
    ['PJSIP/00{number}@carrier-a', 'PJSIP carrier-a'],
    ['PJSIP/carrier-a/sip:{number}@192.0.2.1:5060', 'PJSIP carrier-a'],
    ['SIP/carrier-a/{number}', 'SIP carrier-a'],
    ['IAX2/carrier-a/{number}', 'IAX2 carrier-a'],
    ['Local/{number}@from-internal/n', 'Local from-internal'],
    ['PJSIP/1001', 'PJSIP 1001'],
    ['PJSIP/{number}', null],
  ];
  for (const [dialString, expected] of cases) {
    it(`${dialString}: ${expected ?? 'cannot be told'}`, () => {
      const target = dialTargetOf(dialString);
      assert.equal(target && `${target.technology} ${target.name}`, expected);
    });
  }
});
