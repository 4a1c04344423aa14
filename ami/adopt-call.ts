import type { AmiConnection } from './ami-connection.ts';
import type { AmiLog } from './ami-log.ts';
import type { AmiTimeouts } from './ami-timeouts.ts';
import type { CallTracker } from './call-tracker.ts';
import { findLiveChannel } from './live-channels.ts';
import type { OngoingCall } from './ongoing-call.ts';

export interface AdoptCallDeps {
  readonly connection: AmiConnection;
  readonly tracker: CallTracker;
  readonly timeouts: AmiTimeouts;
  readonly log: AmiLog;
  readonly askState: (channelId: string) => Promise<string | null>;
}

/**
 * Follows a live call that somebody else placed; null when there is no such channel. It is followed from
 * before the question on, so that an end between question and answer is heard.
 * @throws NotReachableError, ActionRefusedError
 */
export async function adoptCall(
  channelId: string,
  { connection, tracker, timeouts, log, askState }: AdoptCallDeps,
): Promise<OngoingCall | null> {
  const followed = tracker.follow(
    {
      channelId,
      ringLimitMs: null,
      isLocal: false,
      timeouts,
      log,
      askState: () => askState(channelId),
    },
    null,
  );
  followed.noteGap('adopted');
  try {
    const channel = await findLiveChannel(connection, channelId);
    if (channel === null && followed.call.events().length === 1) {
      tracker.drop(channelId);
      return null;
    }
    if (channel?.isLocal === true) followed.noteLocal();
    if (channel !== null) followed.noteAsked(channel.state);
    return followed.call;
  } catch (error) {
    tracker.drop(channelId);
    throw error;
  }
}
