import type { AmiEvent } from './ami-event.ts';
import type { FollowedCall } from './followed-call.ts';

type BridgeEvent = Extract<AmiEvent, { event: 'BridgeEnter' | 'BridgeLeave' }>;

/**
 * Which call is in which bridge: a call talks to somebody from the moment its own channel shares a
 * bridge with another one, whoever of the two came first.
 */
export interface CallBridges {
  /** `own`: the call whose own channel it is; null for anybody else's, who may join ours. */
  hear(event: BridgeEvent, own: FollowedCall | null, at: string): void;
  /** The call is over. */
  forget(call: FollowedCall): void;
}

interface Stay {
  readonly call: FollowedCall;
  /** 1 for the call's first bridge. */
  readonly bridge: number;
}

/** No call is in a bridge yet. */
export function createCallBridges(): CallBridges {
  const stays = new Map<string, Stay>();
  const counts = new WeakMap<FollowedCall, number>();

  function enter(id: string, call: FollowedCall): void {
    const bridge = (counts.get(call) ?? 0) + 1;
    counts.set(call, bridge);
    stays.set(id, { call, bridge });
  }

  return {
    hear({ event, bridge: id, members }, own, at) {
      if (event === 'BridgeEnter' && own !== null) enter(id, own);
      const stay = stays.get(id);
      if (stay === undefined) return;
      const { call, bridge } = stay;
      if (event === 'BridgeEnter' && members > 1) {
        call.note({ kind: 'bridge', at, bridge, what: 'talking' });
      }
      if (event === 'BridgeLeave' && own === call) {
        stays.delete(id);
        call.note({ kind: 'bridge', at, bridge, what: 'left' });
      }
    },
    forget(call) {
      for (const [id, stay] of stays) if (stay.call === call) stays.delete(id);
    },
  };
}
