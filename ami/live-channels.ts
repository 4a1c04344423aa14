import type { AmiConnection } from './ami-connection.ts';
import { readLiveChannel, type LiveChannel } from './ami-event.ts';
import { ActionRefusedError } from './not-answered-error.ts';
import type { AmiItem } from './ami-item.ts';

/**
 * All live channels by Uniqueid (lower case; a Local channel has two, `<id>` and `<id>;2`).
 * @throws NotReachableError, ActionRefusedError
 */
export async function listLiveChannels(
  connection: AmiConnection,
): Promise<ReadonlyMap<string, LiveChannel>> {
  const { items } = await connection.ask('CoreShowChannels');
  return byUniqueid(items);
}

/**
 * One channel by the id we gave it (`Status` takes a Uniqueid); null when it is not live.
 * @throws NotReachableError, ActionRefusedError
 */
export async function findLiveChannel(
  connection: AmiConnection,
  channelId: string,
): Promise<LiveChannel | null> {
  try {
    const { items } = await connection.ask('Status', { channel: channelId });
    return byUniqueid(items).get(channelId) ?? null;
  } catch (error) {
    if (error instanceof ActionRefusedError && /no such channel/i.test(error.message)) return null;
    throw error;
  }
}

function byUniqueid(items: readonly AmiItem[]): Map<string, LiveChannel> {
  const channels = new Map<string, LiveChannel>();
  for (const item of items) {
    const channel = readLiveChannel(item);
    if (channel !== null) channels.set(channel.uniqueid, channel);
  }
  return channels;
}
