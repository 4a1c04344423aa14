import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createActionReader, headerOf, type AmiAction } from '../../asterisk/simulator/ami-wire.ts';
import { startSimulator } from '../../asterisk/simulator/start-simulator.ts';
import { openManagerSession } from './manager-session.ts';

/** Events whose headers must be those of a real Asterisk, in their order. */
const compared = [
  'FullyBooted',
  'Newchannel',
  'Newstate',
  'DialBegin',
  'DialState',
  'DialEnd',
  'HangupRequest',
  'SoftHangupRequest',
  'Hangup',
  'OriginateResponse',
  'CoreShowChannel',
  'CoreShowChannelsComplete',
];

test('the simulator writes each event as a recorded Asterisk 22 does, header by header', async (t) => {
  const simulator = await startSimulator({ timing: { speed: 20 } });
  t.after(() => simulator.stop());
  const session = await openManagerSession(simulator);
  t.after(() => session.close());
  for (const ending of ['0200', '0201', '0180', '0183', '0486', '0404']) {
    await session.ask({
      Action: 'Originate',
      Channel: `PJSIP/52555700${ending}@carrier`,
      Async: 'true',
      Timeout: '5000',
      CallerID: 'Acme <525550001111>',
      Context: 'dialer-answered',
      Exten: 's',
      Priority: '1',
    });
  }
  await session.ask({ Action: 'CoreShowChannels' });
  await session.hear('the last Hangup', () => countOf(session.heard(), 'Hangup') === 6);

  const real = headersByEvent(readRecording());
  const simulated = headersByEvent(session.heard());
  for (const event of compared) {
    const known = real.get(event);
    const written = simulated.get(event);
    assert.ok(known && written, `${event} is in neither or one of the two`);
    for (const headers of written) assert.ok(known.has(headers), `${event}: ${headers}`);
  }
});

function readRecording(): AmiAction[] {
  const url = new URL('../recordings/asterisk-22-trunk-calls.ami', import.meta.url);
  const items: AmiAction[] = [];
  createActionReader((item) => items.push(item))(readFileSync(url, 'utf8'));
  return items;
}

/** Every list of header names an event was seen with. */
function headersByEvent(items: readonly AmiAction[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const item of items) {
    const event = headerOf(item, 'event');
    const headers = [...item.keys()].join(' ');
    found.set(event, (found.get(event) ?? new Set()).add(headers));
  }
  return found;
}

function countOf(items: readonly AmiAction[], event: string): number {
  return items.filter((item) => headerOf(item, 'event') === event).length;
}
