/** Attempt ids this process has written to a socket, so that none is ever written twice. */
export interface SentIds {
  has(channelId: string): boolean;
  add(channelId: string): void;
}

/** The last `most` ids; by then a claim of the oldest is hours too old to be sent anyway. */
export function createSentIds(most: number): SentIds {
  const ids = new Set<string>();
  return {
    has: (channelId) => ids.has(channelId),
    add(channelId) {
      ids.add(channelId);
      const [oldest] = ids;
      if (ids.size > most && oldest !== undefined) ids.delete(oldest);
    },
  };
}

/** One for the whole process: two links to the same PBX must not both write an id. */
export const sentIds = createSentIds(200_000);
