import type { AmiFields } from './ami-wire.ts';
import { channelFields, type Channel } from './channel.ts';

/** A bridge as events show it, with so many channels in it. */
export interface BridgeView {
  readonly uniqueid: string;
  readonly members: number;
}

/** Queue events; `details`: the headers after the name of the queue. */
export function queueEvent(
  event: 'QueueCallerJoin' | 'QueueCallerLeave' | 'QueueCallerAbandon' | 'AgentConnect',
  channel: Channel,
  member: Channel | null,
  details: AmiFields,
): AmiFields {
  return [
    ['Event', event],
    ['Privilege', 'agent,all'],
    ...channelFields(channel),
    ...(member === null ? [] : channelFields(member, 'Dest')),
    ...details,
  ];
}

/** `UserEvent(name,key: value)` of a dialplan. */
export function userEvent(channel: Channel, name: string, details: AmiFields): AmiFields {
  return [
    ['Event', 'UserEvent'],
    ['Privilege', 'user,all'],
    ...channelFields(channel),
    ['UserEvent', name],
    ...details,
  ];
}

/** `swapped`: whose place in the bridge it takes. */
export function bridgeEvent(
  event: 'BridgeEnter' | 'BridgeLeave',
  bridge: BridgeView,
  channel: Channel,
  swapped: Channel | null = null,
): AmiFields {
  return [
    ['Event', event],
    ['Privilege', 'call,all'],
    ...bridgeFields(bridge),
    ...channelFields(channel),
    ...(swapped === null ? [] : ([['SwapUniqueid', swapped.uniqueid]] as const)),
  ];
}

/** The block of headers about a bridge. */
export function bridgeFields({ uniqueid, members }: BridgeView, prefix = ''): AmiFields {
  const headers: AmiFields = [
    ['BridgeUniqueid', uniqueid],
    ['BridgeType', 'basic'],
    ['BridgeTechnology', 'simple_bridge'],
    ['BridgeCreator', '<unknown>'],
    ['BridgeName', '<unknown>'],
    ['BridgeNumChannels', members],
    ['BridgeVideoSourceMode', 'none'],
  ];
  return headers.map(([name, value]) => [`${prefix}${name}`, value] as const);
}
