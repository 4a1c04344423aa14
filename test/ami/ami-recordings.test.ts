import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, it } from 'node:test';
import { openAmiConnection } from '../../ami/ami-connection.ts';
import type { AmiEvent } from '../../ami/ami-event.ts';
import { defaultTimeouts } from '../../ami/ami-timeouts.ts';
import { createKeptLog } from '../support/kept-log.ts';

const recording = readFileSync(
  new URL('../recordings/asterisk-22-local-calls.ami', import.meta.url),
  'utf8',
);

/** Everything understood of a text that arrives in these pieces. */
function hear(pieces: readonly string[]): { events: AmiEvent[]; malformed: number } {
  const socket = new net.Socket();
  const events: AmiEvent[] = [];
  let malformed = 0;
  const connection = openAmiConnection({
    username: 'u',
    secret: 's',
    connect: () => socket,
    timeouts: defaultTimeouts,
    log: createKeptLog().log,
    onBooted: () => undefined,
    onEvent: (event) => events.push(event),
    onMalformed: () => (malformed += 1),
    onClosed: () => undefined,
  });
  for (const piece of pieces) socket.emit('data', piece);
  connection.close('test');
  return { events, malformed };
}

describe('a recorded session of Asterisk 22', () => {
  const { events } = hear([recording]);

  it('is understood: answered, busy, no such number, no such technology, a duplicate id', () => {
    const told = events.filter((event) => event.event === 'OriginateResponse');
    assert.deepEqual(
      told.map(({ actionId, response, reason }) => [actionId.slice(0, 1), response, reason]),
      [
        ['a', 'Success', 4],
        ['b', 'Failure', 5],
        ['c', 'Failure', 0],
        ['d', 'Failure', 0],
        ['e', 'Success', 4],
        ['e', 'Failure', 0],
        ['a', 'Success', 4],
      ],
    );
    const hangups = events.filter((event) => event.event === 'Hangup');
    const busy = hangups.filter(({ uniqueid }) => uniqueid.startsWith('b'));
    assert.deepEqual(
      busy.map(({ uniqueid, cause, causeText }) => [uniqueid.slice(36), cause, causeText]),
      [
        [';2', 17, 'User busy'],
        ['', 0, 'Unknown'],
      ],
    );
    assert.equal(events.filter(({ event }) => event === 'FullyBooted').length, 1);
    assert.ok(events.some((event) => event.event === 'DialState' && event.status === 'RINGING'));
  });

  it('is understood without names, numbers, channels and extensions', () => {
    const text = JSON.stringify(events);
    for (const personal of ['Ñandú', '5255', 'Local/', '@far', 'answered']) {
      assert.ok(!text.includes(personal), personal);
    }
  });

  it('is understood alike wherever it is cut in two', () => {
    const text = oneOfEachKind();
    const whole = JSON.stringify(hear([text]));
    for (let cut = 1; cut < text.length; cut += 1) {
      const pieces = [text.slice(0, cut), text.slice(cut)];
      if (JSON.stringify(hear(pieces)) !== whole) assert.fail(`cut at ${cut}`);
    }
  });

  it('is understood alike character by character', () => {
    assert.deepEqual(hear([...recording]).events, events);
  });
});

/** The first block of each event and each response of the recording. */
function oneOfEachKind(): string {
  const kinds = new Map<string, string>();
  for (const block of recording.split('\r\n\r\n').filter((each) => each !== '')) {
    const kind = /^(Event|Response|Reason|Message): .*$/gm;
    const name = (block.match(kind) ?? []).join();
    if (!kinds.has(name)) kinds.set(name, block);
  }
  assert.ok(kinds.size > 15, 'the recording holds many kinds');
  return [...kinds.values()].join('\r\n\r\n') + '\r\n\r\n';
}

describe('what is not as Asterisk says it', () => {
  const malformed = {
    'an OriginateResponse without a reason':
      'Event: OriginateResponse\r\nActionID: a\r\nResponse: Failure',
    'an OriginateResponse with words for a reason':
      'Event: OriginateResponse\r\nActionID: a\r\nResponse: Failure\r\nReason: busy',
    'an OriginateResponse that is neither success nor failure':
      'Event: OriginateResponse\r\nActionID: a\r\nResponse: Maybe\r\nReason: 4',
    'an OriginateResponse with two ActionIDs':
      'Event: OriginateResponse\r\nActionID: a\r\nActionID: b\r\nResponse: Success\r\nReason: 4',
    'a Hangup without a channel': 'Event: Hangup\r\nCause: 16',
    'a Hangup with a huge cause': 'Event: Hangup\r\nUniqueid: a\r\nCause: 99999999999999999999',
    'a Hangup of two channels': 'Event: Hangup\r\nUniqueid: a\r\nUniqueid: b\r\nCause: 16',
    'a DialState with an extension in it':
      'Event: DialState\r\nDestUniqueid: a\r\nDialStatus: GOTO:ctx^555',
    'an event named twice': 'Event: Hangup\r\nEvent: Hangup\r\nUniqueid: a\r\nCause: 16',
    'neither an event nor a response': 'Foo: bar',
    'a line without a colon': 'garbage',
    'a response nobody asked for': 'Response: Success\r\nActionID: rawevent',
    'a key named __proto__': '__proto__: x\r\nconstructor: y',
  };
  for (const [what, block] of Object.entries(malformed)) {
    it(`is ignored and counted, and the next event heard: ${what}`, () => {
      const next = 'Event: Hangup\r\nUniqueid: B\r\nCause: 17\r\n\r\n';
      const heard = hear([`${block}\r\n\r\n${next}`]);
      assert.equal(heard.malformed, 1);
      assert.deepEqual(heard.events, [
        { event: 'Hangup', uniqueid: 'b', cause: 17, causeText: '', techCause: null },
      ]);
    });
  }

  it('cannot call itself by an event name of the library or of JavaScript', () => {
    for (const name of ['rawevent', 'close', 'error', 'connect', 'constructor', '__proto__']) {
      const heard = hear([`Event: ${name}\r\nUniqueid: a\r\n\r\n`]);
      assert.deepEqual(heard, { events: [], malformed: 0 }, name);
    }
  });

  it('is cut off when it goes on for a megabyte without a blank line', () => {
    const socket = new net.Socket();
    const log = createKeptLog();
    const connection = openAmiConnection({
      username: 'u',
      secret: 's',
      connect: () => socket,
      timeouts: defaultTimeouts,
      log: log.log,
      onBooted: () => undefined,
      onEvent: () => undefined,
      onMalformed: () => undefined,
      onClosed: () => undefined,
    });
    const chunk = 'x'.repeat(65_536);
    for (let n = 0; n < 20 && !socket.destroyed; n += 1) socket.emit('data', chunk);
    assert.ok(socket.destroyed);
    assert.ok(!connection.isLoggedIn());
  });
});
