import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from '../../runtime/create-logger.ts';
import { maskPhoneNumbers } from '../../runtime/scrub-log.ts';

function captured(env: Record<string, string> = {}, plain = false) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ part: 'test', env, destination, plain });
  return { log, lines, entry: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('masking of phone numbers', () => {
  const masked: [string, string][] = [
    ['+525551234567', '***67'],
    ['dialled 525551234567 twice', 'dialled ***67 twice'],
    ['PJSIP/525551234567@carrier-a', 'PJSIP/***67@carrier-a'],
    ['+52 (555) 123-4567!', '***67!'],
    ['(555) 123-4567', '***67'],
    ['555.123.4567', '***67'],
    ['1234567', '***67'],
    ['tel:+15551234567;ext=4', 'tel:***67;ext=4'],
    ['a 5551234567, b 5557654321', 'a ***67, b ***21'],
    [
      'postgres://dialer:hunter2@127.0.0.1:5432/dialer',
      'postgres://dialer:***@127.0.0.1:5432/dialer',
    ],
  ];
  for (const [text, expected] of masked) {
    it(`masks ${text}`, () => assert.equal(maskPhoneNumbers(text), expected));
  }

  const kept = [
    'contact/6f0b87b1-1111-4222-8333-444455556666',
    '12345678-1234-4234-8234-123456789012',
    '2026-01-02T03:04:05.678Z',
    '2026-01-02',
    '127.0.0.1:5038',
    '1763850000.42',
    'PJSIP/1001',
    '123456',
    'sha256 9f86d081884c7d659a2feaa0c55ad015',
    'Asterisk 22.10.1',
  ];
  for (const text of kept) it(`keeps ${text}`, () => assert.equal(maskPhoneNumbers(text), text));
});

describe('the log', () => {
  it('is one JSON line with level, time, part and ids', () => {
    const { log, entry, lines } = captured();
    log.info({ contactId: '6f0b87b1-1111-4222-8333-444455556666', trunk: 'carrier-a' }, 'claimed');
    assert.equal(lines[0]?.endsWith('\n'), true);
    const { time, pid, ...rest } = entry();
    assert.match(String(time), /^\d{4}-.*Z$/);
    assert.equal(pid, process.pid);
    assert.deepEqual(rest, {
      level: 'info',
      part: 'test',
      contactId: '6f0b87b1-1111-4222-8333-444455556666',
      trunk: 'carrier-a',
      msg: 'claimed',
    });
  });

  it('empties private keys at any depth, in child bindings too', () => {
    const { log, lines } = captured();
    log
      .child({ callerId: 'Acme <525550001111>', phoneSecret: 'abc' })
      .warn(
        { pbx: { secret: 'hunter2', list: [{ number: '123', name: 'Ana', e164: '+1' }] } },
        'x',
      );
    for (const word of ['Acme', 'abc', 'hunter2', '123"', 'Ana', '+1']) {
      assert.equal(lines.join('').includes(word), false, word);
    }
  });

  it('masks numbers in messages, their parts, and errors with their causes', () => {
    const { log, lines } = captured();
    log.info('dialling %s', '+525551234567');
    log.error(new Error('no route to 5551234567', { cause: new Error('for 5551234567') }));
    log.error({ err: new Error('no route to 5551234567') });
    log.error(
      { err: Object.assign(new Error('x'), { detail: 'key 5551234567' }) },
      'on 5551234567',
    );
    assert.equal(lines.join('').includes('51234567'), false);
    assert.match(lines.join(''), /no route to \*\*\*67/);
  });

  it('survives circles and very deep values', () => {
    const { log, lines } = captured();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    log.info(circle, 'round');
    assert.match(lines[0] ?? '', /too deep/);
  });

  it('takes its level from DIALER_LOG_LEVEL', () => {
    const { log, lines } = captured({ DIALER_LOG_LEVEL: 'warn' });
    log.info('quiet');
    log.warn('loud');
    assert.equal(lines.length, 1);
  });

  it('writes short lines for people, control characters shown', () => {
    const { log, lines } = captured({}, true);
    log.warn({ trunk: 'carrier-a', text: 'a\u001b[31m' }, 'link lost');
    assert.match(
      lines[0] ?? '',
      /^\d\d:\d\d:\d\d warn {2}test: link lost trunk=carrier-a text=a\\u001b\[31m\n$/,
    );
  });
});
