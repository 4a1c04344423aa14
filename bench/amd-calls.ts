import { randomUUID } from 'node:crypto';
import { headerOf, type AmiAction } from '../asterisk/simulator/ami-wire.ts';
import { openManagerSession, type ManagerSession } from '../test/asterisk/manager-session.ts';
import type { AmdPair } from './amd-pair.ts';
import type { LabelledSound } from './labelled-sounds.ts';

/** What AMD said of one call. */
export interface Verdict {
  readonly sound: LabelledSound;
  /** What the shipped dialplan makes of it; `not sure` goes where a person goes. */
  readonly found: 'machine' | 'person' | 'not sure';
  /** AMDSTATUS and AMDCAUSE without its numbers, such as `MACHINE MAXWORDS`. */
  readonly said: string;
  /** From the answer to the verdict: what a person waits in silence, their own words included. */
  readonly tookMs: number;
}

/** Calls every sound once, all at the same time. */
export async function callEverySound(
  pair: AmdPair,
  sounds: readonly LabelledSound[],
): Promise<Verdict[]> {
  const session = await openManagerSession(pair.ami);
  try {
    return await Promise.all(sounds.map((sound) => callSound(session, pair, sound)));
  } finally {
    session.close();
  }
}

async function callSound(
  session: ManagerSession,
  pair: AmdPair,
  sound: LabelledSound,
): Promise<Verdict> {
  const channelId = randomUUID();
  const isOurs = (name: string) => (item: AmiAction) =>
    headerOf(item, 'event') === name && headerOf(item, 'uniqueid') === channelId;
  await session.ask({
    Action: 'Originate',
    Channel: `PJSIP/${pair.numberOf(sound)}@carrier`,
    ChannelId: channelId,
    Async: 'true',
    Timeout: '5000',
    Context: 'dialer-amd',
    Exten: 's',
    Priority: '1',
    Variable: 'DIALER_MACHINE=hangup',
  });
  await session.hear('the answer', isOurs('OriginateResponse'));
  const answeredAt = performance.now();
  const event = await session.hear(
    `a verdict on ${sound.file}`,
    (item) => isOurs('UserEvent')(item) && headerOf(item, 'userevent') === 'DialerMachine',
  );
  const tookMs = performance.now() - answeredAt;
  const [status, cause] = [headerOf(event, 'status'), headerOf(event, 'cause')];
  const said = `${status} ${cause.replace(/-.*/, '')}`;
  return { sound, found: foundBy(status, cause), said, tookMs };
}

function foundBy(status: string, cause: string): Verdict['found'] {
  if (status === 'HUMAN') return 'person';
  // Silence proves nothing: the dialplan connects it like a person.
  return status === 'MACHINE' && !cause.startsWith('INITIALSILENCE') ? 'machine' : 'not sure';
}
