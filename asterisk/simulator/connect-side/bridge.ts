import { randomUUID } from 'node:crypto';
import type { Channel } from '../channel.ts';
import { bridgeEvent, type BridgeView } from '../connect-events.ts';
import type { SimulatedWorld } from '../simulated-world.ts';

/** A bridge in which channels hear each other. */
export interface Bridge {
  view(): BridgeView;
  enter(channel: Channel): void;
  leave(channel: Channel): void;
  /** One takes the place of another, who leaves without a word. */
  swap(from: Channel, to: Channel): void;
}

/** An empty bridge; events tell who comes and goes. */
export function openBridge(world: SimulatedWorld): Bridge {
  const uniqueid = randomUUID();
  const members = new Set<Channel>();
  const view = (): BridgeView => ({ uniqueid, members: members.size });
  return {
    view,
    enter(channel) {
      members.add(channel);
      world.emit(bridgeEvent('BridgeEnter', view(), channel));
    },
    swap(from, to) {
      members.delete(from);
      members.add(to);
      world.emit(bridgeEvent('BridgeEnter', view(), to, from));
    },
    leave(channel) {
      if (members.delete(channel)) world.emit(bridgeEvent('BridgeLeave', view(), channel));
    },
  };
}
