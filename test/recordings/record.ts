/**
 * Records what a real Asterisk says of every outcome, into test/recordings/outcomes/: the Originate as
 * the engine writes it, and from then on every event of the call that the shipped manager user hears.
 * All are dialled at once, so the files of one run share its order of things. Run it when the table of
 * outcomes or the shipped manager user has changed, with names of rows to record only those:
 *
 *     npx tsx test/recordings/record.ts [CODE …]
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildOriginateFrame } from '../../ami/originate-frame.ts';
import { outcomePlan } from '../../asterisk/outcome-plan.ts';
import type { Outcome } from '../../asterisk/plan/outcome.ts';
import { startAsterisk } from '../../asterisk/provision/start-asterisk.ts';
import type { Account } from '../asterisk/manager-session.ts';
import { outcomeRequest } from '../asterisk/outcome-request.ts';
import { untilUnreachable } from '../asterisk/until-unreachable.ts';
import { installedAsterisk } from '../support/start-real-asterisk.ts';

const folder = path.join(import.meta.dirname, 'outcomes');
/** The longest calls take a quarter of it. */
const limitMs = 60_000;

interface Recorded {
  readonly outcome: Outcome;
  /** Ids by which its events are known: the channel's and the action's. */
  readonly ids: readonly [channelId: string, actionId: string];
  readonly frame: string;
}

const installed = installedAsterisk();
if (installed === null) throw new Error('no Asterisk is installed; see npm run asterisk:install');
const runDir = await mkdtemp(path.join(tmpdir(), 'dialer-recorder-'));
const asterisk = await startAsterisk({ root: installed.root, runDir });
try {
  await untilUnreachable(asterisk.ami);
  const wanted = process.argv.slice(2);
  const outcomes = outcomePlan.filter(({ code }) => wanted.length === 0 || wanted.includes(code));
  await record(outcomes.map(recordedFor), asterisk.ami);
} finally {
  await asterisk.stop();
  await rm(runDir, { recursive: true, force: true });
}

function recordedFor(outcome: Outcome): Recorded {
  const actionId = randomUUID();
  const { request } = outcomeRequest(outcome);
  const frame = buildOriginateFrame(request, actionId).text;
  return { outcome, ids: [request.channelId, actionId], frame };
}

async function record(all: readonly Recorded[], account: Account): Promise<void> {
  const session = await openSession(account);
  for (const { frame } of all) session.write(frame);
  await session.until(() => all.every((recorded) => isComplete(recorded, session.blocks)), limitMs);
  session.close();
  await mkdir(folder, { recursive: true });
  let bytes = 0;
  for (const { outcome, ids, frame } of all) {
    const blocks = session.blocks.filter((block) => ids.some((id) => block.includes(id)));
    const text = frame + blocks.map((block) => `${block}\r\n\r\n`).join('');
    bytes += text.length;
    await writeFile(path.join(folder, `${outcome.code}.ami`), text);
  }
  process.stdout.write(`recorded ${all.length} outcomes, ${bytes} bytes\n`);
}

/** Its channels have gone, joined ones included, and the Originate has had its response. */
function isComplete({ ids }: Recorded, blocks: readonly string[]): boolean {
  const own = blocks.filter((block) => ids.some((id) => block.includes(id)));
  const count = (event: string) =>
    own.filter((block) => block.startsWith(`Event: ${event}\r`)).length;
  return count('OriginateResponse') > 0 && count('Newchannel') <= count('Hangup');
}

interface Session {
  readonly blocks: string[];
  write(text: string): void;
  until(condition: () => boolean, limitMs: number): Promise<void>;
  close(): void;
}

/** Logs in by hand: what is kept is the wire itself, and nothing of the login. */
async function openSession({ host, port, username, secret }: Account): Promise<Session> {
  const socket = net.connect(port, host);
  const blocks: string[] = [];
  let rest = '';
  let check: () => void = () => undefined;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const pieces = (rest + text).split('\r\n\r\n');
    rest = pieces.pop() ?? '';
    blocks.push(...pieces);
    check();
  });
  const session: Session = {
    blocks,
    write: (text) => void socket.write(text),
    until: (condition, ms) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('a call did not end in time')), ms);
        check = () => {
          if (!condition()) return;
          clearTimeout(timer);
          resolve();
        };
        check();
      }),
    close: () => void socket.destroy(),
  };
  session.write(`Action: Login\r\nUsername: ${username}\r\nSecret: ${secret}\r\n\r\n`);
  await session.until(() => blocks.some((block) => block.includes('Event: FullyBooted')), 5_000);
  return session;
}
