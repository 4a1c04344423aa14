import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { buildFrame, type ActionName } from '../../ami/ami-frame.ts';

const actionId = '0f8fad5b-d9cb-469f-a165-70867728950e';
const isRefused = { name: 'NotSentError', code: 'frame_refused' };

describe('buildFrame', () => {
  it('builds one action with a blank line at its end', () => {
    const frame = buildFrame('Status', actionId, { channel: 'some-id' });
    assert.equal(frame.text, `Action: Status\r\nActionID: ${actionId}\r\nChannel: some-id\r\n\r\n`);
  });

  const breaking = {
    'CR LF': 'a\r\nAction: Command',
    'a bare LF': 'a\nAction: Command',
    'a bare CR': 'a\rAction: Command',
    'a blank line and a second action': 'a\r\n\r\nAction: Originate\r\nChannel: Local/1@x',
    NUL: 'a\0b',
    'a vertical tab': 'a\vb',
    'a next line sign': 'a\u0085b',
    'a line separator': 'a\u2028b',
    'a lone surrogate': 'a\ud800b',
    'an empty value': '',
  };
  for (const [what, value] of Object.entries(breaking)) {
    it(`refuses ${what} in any header of any action`, () => {
      for (const [action, name] of [
        ['Login', 'username'],
        ['Login', 'secret'],
        ['Originate', 'channel'],
        ['Originate', 'callerid'],
        ['Status', 'channel'],
        ['Hangup', 'channel'],
      ] as const) {
        assert.throws(() => buildFrame(action, actionId, { [name]: value }), isRefused);
      }
    });
  }

  it('refuses what would break out of a variable', () => {
    for (const value of ['a,FOO=b', 'a\r\nb', 'a\nb', '${X}', '$[1]', 'a;b', 'a|b', '"a"', 'a=b']) {
      assert.throws(
        () => buildFrame('Originate', actionId, {}, { DIALER_AGENT: value }),
        isRefused,
        value,
      );
    }
  });

  it('refuses every variable name but its own', () => {
    const names = ['CALLERID(num)', 'SHELL(id)', '__CHANNEL', 'FOO', 'a,FOO', 'dialer_agent'];
    for (const name of [...names, 'constructor', '__proto__', 'toString', '']) {
      const variables = Object.fromEntries([[name, 'x']]);
      assert.throws(() => buildFrame('Originate', actionId, {}, variables), isRefused, name);
    }
  });

  it('refuses variables on any action but Originate', () => {
    assert.throws(() => buildFrame('Ping', actionId, {}, { DIALER_AGENT: 'x' }), isRefused);
  });

  it('refuses header names it does not know for the action', () => {
    const names = ['codecs', 'Channel', 'channel: x\r\naction', 'variable', 'constructor'];
    for (const name of names) {
      assert.throws(() => buildFrame('Originate', actionId, { [name]: 'x' }), isRefused, name);
    }
    assert.throws(() => buildFrame('Ping', actionId, { channel: 'x' }), isRefused);
  });

  it('refuses actions that are not in its list', () => {
    for (const action of ['Command', 'UpdateConfig', 'login', 'toString']) {
      assert.throws(() => buildFrame(action as ActionName, actionId), isRefused, action);
    }
  });

  it('refuses an ActionID with anything but an id in it', () => {
    for (const id of ['', 'a b', 'a\r\nb', 'error', 'x'.repeat(300), 'A;2']) {
      assert.throws(() => buildFrame('Ping', id), isRefused, id);
    }
  });

  it('takes a line of 1024 bytes with its line end, and refuses one byte more', () => {
    const room = 1024 - 'Username: '.length - 2;
    assert.ok(buildFrame('Login', actionId, { username: 'x'.repeat(room) }));
    assert.throws(
      () => buildFrame('Login', actionId, { username: 'x'.repeat(room + 1) }),
      isRefused,
    );
    const twoBytesEach = 'ñ'.repeat(room / 2 + 1);
    assert.throws(() => buildFrame('Login', actionId, { username: twoBytesEach }), isRefused);
    assert.throws(() => buildFrame('Login', actionId, { secret: 'x'.repeat(1100) }), isRefused);
  });

  it('refuses 140 variables', () => {
    const names = Array.from({ length: 140 }, (_, n) => [`V${n}`, 'x'] as const);
    assert.throws(
      () => buildFrame('Originate', actionId, {}, Object.fromEntries(names)),
      isRefused,
    );
  });

  it('never repeats a value in the message of a refusal', () => {
    const number = '525512345678';
    assert.throws(
      () => buildFrame('Status', randomUUID(), { channel: `${number}\n` }),
      (error: Error) => !error.message.includes(number),
    );
  });
});
