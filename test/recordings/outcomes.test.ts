import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, it } from 'node:test';
import { openAmiConnection } from '../../ami/ami-connection.ts';
import type { AmiEvent } from '../../ami/ami-event.ts';
import { createCallTracker } from '../../ami/call-tracker.ts';
import { outcomePlan, reportedOf } from '../../asterisk/outcome-plan.ts';
import type { Outcome } from '../../asterisk/plan/outcome.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { outcomeOf } from '../asterisk/outcome-of-evidence.ts';
import { outcomeRequest } from '../asterisk/outcome-request.ts';
import { createKeptLog } from '../support/kept-log.ts';
import { within } from '../support/scripted-ami.ts';
import { quickTimeouts } from '../support/test-link.ts';

/** Of channels and bridges: ours, and those Asterisk makes up. */
const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{10}\.\d+|-[0-9a-f]{8}\b/g;

const folder = new URL('./outcomes/', import.meta.url);

describe('what a real Asterisk said of each outcome', () => {
  it('was recorded for every row, and for nothing else', () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.ami$/, ''));
    assert.deepEqual(files.sort(), outcomePlan.map(({ code }) => code).sort());
  });

  it('holds fictional numbers, and no login', () => {
    for (const { code } of outcomePlan) {
      const text = readRecording(code);
      assert.doesNotMatch(text, /^(Action: Login|Secret:|Username:)/im, code);
      const withoutIds = text.replaceAll(ids, '');
      const dialled = withoutIds.match(/\d{10,}/g) ?? [];
      const real = dialled.filter((number) => !/^525557\d{6}$/.test(number));
      assert.deepEqual(real, [], code);
    }
  });

  for (const outcome of outcomePlan) {
    it(`${outcome.code}: the far end ${outcome.title}`, async () => {
      const events = await replay(outcome);
      assert.deepEqual(outcomeOf(events), reportedOf(outcome), JSON.stringify(events));
    });
  }
});

function readRecording(code: string): string {
  return readFileSync(new URL(`${code}.ami`, folder), 'utf8');
}

/** The evidence the adapter makes of a recording, as if it were heard now. */
async function replay(outcome: Outcome): Promise<EvidenceEvent[]> {
  const { ordered, request } = outcomeRequest(outcome);
  const text = readRecording(outcome.code);
  const frame = text.slice(0, text.indexOf('\r\n\r\n') + 4);
  const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(frame)?.[1] ?? '';
  const tracker = createCallTracker();
  const { call } = tracker.follow(
    {
      channelId: header('Channelid'),
      ringLimitMs: request.timeoutMs,
      isLocal: request.dialString.startsWith('Local/'),
      timeouts: quickTimeouts,
      log: createKeptLog().log,
      // Whoever asks when all has been said finds no such channel.
      askState: () => Promise.resolve(null),
    },
    header('ActionID'),
  );
  for (const event of hear(text.slice(frame.length))) tracker.hear(event);
  const events = await within<readonly EvidenceEvent[]>(2_000, 'the end', (resolve) => {
    void call.ended.then(resolve);
  });
  return [ordered, ...events];
}

function hear(text: string): AmiEvent[] {
  const socket = new net.Socket();
  const events: AmiEvent[] = [];
  const connection = openAmiConnection({
    username: 'u',
    secret: 's',
    connect: () => socket,
    timeouts: quickTimeouts,
    log: createKeptLog().log,
    onBooted: () => undefined,
    onEvent: (event) => events.push(event),
    onMalformed: () => undefined,
    onClosed: () => undefined,
  });
  socket.emit('data', text);
  connection.close('the end of the recording');
  return events;
}
