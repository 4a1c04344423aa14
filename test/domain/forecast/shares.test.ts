import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endingOf, readEndings, type Ending } from '../../../domain/forecast/call-outcomes.ts';

function faultsOf(text: string): readonly string[] {
  const reading = readEndings(text);
  return reading.ok ? [] : reading.faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('the outcomes of a forecast', () => {
  it('are call statuses with their percentages', () => {
    assert.deepEqual(readEndings('busy=10%, no_answer = 35 ,answered=55.0%'), {
      ok: true,
      shares: [
        { of: 'busy', share: 0.1 },
        { of: 'no_answer', share: 0.35 },
        { of: 'answered', share: 0.55 },
      ],
    });
  });

  it('may miss 100 % by what decimals lose, and leave out nothing else', () => {
    assert.deepEqual(faultsOf('busy=33.3%,no_answer=33.3%,answered=33.4%'), []);
    assert.deepEqual(faultsOf('busy=33.33%,no_answer=33.33%,answered=33.33%'), []);
    assert.deepEqual(faultsOf('busy=0%,answered=100%'), []);
    assert.deepEqual(faultsOf('busy=10%,answered=45%'), [
      ': the shares must add up to 100 %, and these are 55 %: 45 % are missing, say what they are: for example no_answer=45%',
    ]);
    assert.deepEqual(faultsOf('busy=60%,answered=45%'), [
      ': the shares must add up to 100 %, and these are 105 %: that is 5 % too much',
    ]);
  });

  const faulty: Record<string, RegExp> = {
    '': /write a call status/,
    busy: /write a call status/,
    'busy=': /write a call status/,
    'busy=-5%,answered=105%': /write a call status/,
    'busy=1e2%': /write a call status/,
    'busy=ten%': /write a call status/,
    'busy=50%,busy=50%': /busy: this is given twice/,
    'BUSY=100%': /BUSY: no attempt ends so; known: answered, .*unconfirmed/,
    'restricted=100%': /restricted: no attempt ends so/,
    'cancelled=100%': /cancelled: no attempt ends so/,
    'constructor=100%': /constructor: no attempt ends so/,
  };
  for (const [text, expected] of Object.entries(faulty)) {
    it(`are refused: "${text}"`, () => assert.match(faultsOf(text).join('\n'), expected));
  }

  it('name every fault at once', () => {
    assert.equal(faultsOf('what,answerd=40%,answered=60%').length, 2);
  });

  it('are drawn as often as they should be, and for each attempt anew', () => {
    const shares = [
      { of: 'busy', share: 0.2 },
      { of: 'answered', share: 0.8 },
    ] as const;
    const counts = new Map<Ending, number>();
    let changed = 0;
    for (let contact = 0; contact < 20_000; contact += 1) {
      const first = endingOf(shares, 7, { contact, attemptNo: 1 });
      counts.set(first, (counts.get(first) ?? 0) + 1);
      if (endingOf(shares, 7, { contact, attemptNo: 2 }) !== first) changed += 1;
    }
    assert.ok(Math.abs((counts.get('busy') ?? 0) / 20_000 - 0.2) < 0.01);
    // Independent draws differ in 2 × 0.2 × 0.8 of all cases.
    assert.ok(Math.abs(changed / 20_000 - 0.32) < 0.015);
  });
});
