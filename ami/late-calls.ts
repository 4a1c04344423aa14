import type { FollowedCall } from './followed-call.ts';

/**
 * Calls whose evidence is complete, kept for a while: what the PBX still says of them is late evidence,
 * which must find its attempt and not be dropped.
 */
export interface LateCalls {
  add(call: FollowedCall, actionId: string | null): void;
  ofChannel(channelId: string): FollowedCall | undefined;
  ofAction(actionId: string): FollowedCall | undefined;
}

/** After this long nothing of a call is expected any more, in milliseconds. */
const keptMs = 10 * 60_000;

/** `most` bounds the memory at a high rate of calls; the oldest go first. */
export function createLateCalls(most: number, monotonicMs: () => number): LateCalls {
  const kept = new Map<
    string,
    { readonly call: FollowedCall; readonly actionId: string | null; readonly until: number }
  >();
  const channelOfAction = new Map<string, string>();

  function forgetOld(): void {
    for (const [channelId, { actionId, until }] of kept) {
      if (kept.size <= most && until > monotonicMs()) return;
      kept.delete(channelId);
      if (actionId !== null) channelOfAction.delete(actionId);
    }
  }

  const ofChannel = (channelId: string) => kept.get(channelId)?.call;
  return {
    add(call, actionId) {
      const { channelId } = call.call;
      const earlier = kept.get(channelId)?.actionId ?? null;
      if (earlier !== null) channelOfAction.delete(earlier);
      kept.delete(channelId);
      kept.set(channelId, { call, actionId, until: monotonicMs() + keptMs });
      if (actionId !== null) channelOfAction.set(actionId, channelId);
      forgetOld();
    },
    ofChannel,
    ofAction(actionId) {
      const channelId = channelOfAction.get(actionId);
      return channelId === undefined ? undefined : ofChannel(channelId);
    },
  };
}
