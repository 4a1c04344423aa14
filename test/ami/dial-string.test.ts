import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDialString, isDialString } from '../../ami/dial-string.ts';

const isRefused = { name: 'NotSentError', code: 'frame_refused' };

describe('buildDialString', () => {
  it('puts the number into the template', () => {
    const cases = [
      ['PJSIP/{number}@carrier-a', '525512345678', 'PJSIP/525512345678@carrier-a'],
      [
        'PJSIP/carrier-a/sip:{number}@10.0.0.1:5060',
        '+12125550123',
        'PJSIP/carrier-a/sip:+12125550123@10.0.0.1:5060',
      ],
      ['Local/9{number}@from-internal/n', '066', 'Local/9066@from-internal/n'],
      ['DAHDI/g1/*67{number}', '123456789012345678', 'DAHDI/g1/*67123456789012345678'],
    ] as const;
    for (const [template, number, expected] of cases) {
      assert.equal(buildDialString(template, number), expected);
    }
  });

  it('refuses every number that is more than digits', () => {
    const numbers = [
      ...['', '+', '12', '1'.repeat(19), '++123', '12+3', ' 123', '123 ', '123\n', '1 2 3'],
      ...['500&PJSIP/trunk/1900', '123@other', '123/n', 'Local/1@x', '${EXTEN}', '$[1+1]'],
      ...['123,30,tT', '123|30', '123;x', '123^1', '"123"', '*72', '123w456', '123p', '123#'],
      ...['١٢٣٤', '１２３４', '1\u200b23', '1-800-FLOWERS', '12125550123.0', '{number}'],
    ];
    for (const number of numbers) {
      assert.throws(() => buildDialString('PJSIP/{number}@t', number), isRefused, number);
    }
  });

  it('refuses templates that are not one plain destination', () => {
    const templates = [
      ...['', '{number}', 'PJSIP/trunk', 'PJSIP/{number}{number}@t', 'PJSIP/{NUMBER}@t'],
      ...['PJSIP/{number}@t&PJSIP/{number}@u', 'PJSIP/{number}@t&PJSIP/1@u', 'PJSIP/{number}@t,30'],
      ...['PJSIP/${TRUNK}/{number}', 'Local/{number}@x;2', 'PJSIP/{number}@t\r\nX: y', '/{number}'],
      ...['PJSIP/{number}@a b', 'PJSIP/{number}@"t"', '../{number}', 'PJSIP/{number}^x'],
    ];
    for (const template of templates) {
      assert.throws(() => buildDialString(template, '12345'), isRefused, template);
    }
  });

  it('lets no number change anything but the digits', () => {
    const anyNumber = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^\+?[0-9]{1,20}$/),
    );
    fc.assert(
      fc.property(anyNumber, (number) => {
        let built: string;
        try {
          built = buildDialString('PJSIP/{number}@t', number);
        } catch {
          return;
        }
        assert.match(built, /^PJSIP\/\+?[0-9]{3,18}@t$/);
        assert.ok(isDialString(built));
      }),
    );
  });
});
