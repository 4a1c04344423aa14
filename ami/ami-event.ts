import {
  channelIdOf,
  endpointOf,
  integerOf,
  localExtensionOf,
  textOf,
  wordOf,
  type AmiItem,
} from './ami-item.ts';
import { readTransfer, type TransferEvent } from './read-transfer.ts';
import { readUserEvent, type DialerUserEvent } from './read-user-event.ts';

/**
 * What the adapter understands of the event stream, and nothing else of it: names, numbers and
 * extensions in an event are dropped here, so they cannot reach evidence or logs; only a transfer keeps
 * where it went. Channel ids are compared in lower case, as Asterisk does.
 */
export type AmiEvent =
  | {
      readonly event: 'OriginateResponse';
      readonly actionId: string;
      readonly response: 'Success' | 'Failure';
      readonly reason: number;
    }
  | {
      readonly event: 'Hangup';
      readonly uniqueid: string;
      readonly cause: number;
      readonly causeText: string;
      readonly techCause: string | null;
    }
  | {
      readonly event: 'DialState' | 'DialEnd';
      readonly uniqueid: string;
      readonly status: string;
    }
  /** A channel is dialled: by `source`, or by an Originate when that is null. */
  | {
      readonly event: 'DialBegin';
      readonly uniqueid: string;
      readonly source: string | null;
      /** The call it belongs to: the id of that call's oldest channel. */
      readonly linkedid: string | null;
      readonly endpoint: string | null;
      /** Extension of the Local channel that dials; null when it is none. */
      readonly via: string | null;
    }
  | { readonly event: 'Newchannel'; readonly uniqueid: string }
  | { readonly event: 'Newstate'; readonly uniqueid: string; readonly state: string }
  /** The far end of a channel (HangupRequest) or our own side (SoftHangupRequest) ends it. */
  | {
      readonly event: 'HangupRequest' | 'SoftHangupRequest';
      readonly uniqueid: string;
      /** As on the Hangup that follows; null when not told. */
      readonly cause: number | null;
      readonly techCause: string | null;
    }
  | {
      readonly event: 'BridgeEnter' | 'BridgeLeave';
      readonly uniqueid: string;
      readonly bridge: string;
      readonly members: number;
    }
  | { readonly event: QueueEventName; readonly uniqueid: string; readonly queue: string | null }
  | TransferEvent
  | DialerUserEvent
  /** Seconds since the PBX started; null from a PBX too old to say. */
  | { readonly event: 'FullyBooted'; readonly uptimeSeconds: number | null }
  | { readonly event: 'Shutdown' };

export type QueueEventName =
  'QueueCallerJoin' | 'QueueCallerLeave' | 'QueueCallerAbandon' | 'AgentConnect';

/** A live channel, from the lists of CoreShowChannels and Status. */
export interface LiveChannel {
  readonly uniqueid: string;
  /** Asterisk's word, such as `Up`, `Ringing`, `Down`. */
  readonly state: string;
  readonly isLocal: boolean;
}

/** The event of an item; `malformed` when fields it must have are not there, null when of no interest. */
export function readEvent(item: AmiItem): AmiEvent | 'malformed' | null {
  const name = textOf(item, 'event');
  if (name === null) return 'malformed';
  if (name.toLowerCase() === 'userevent') return readUserEvent(item);
  const read = readers.get(name.toLowerCase());
  return read === undefined ? null : (read(item) ?? 'malformed');
}

const readers = new Map<string, (item: AmiItem) => AmiEvent | null>([
  ['originateresponse', readOriginateResponse],
  ['hangup', readHangup],
  ['dialstate', (item) => readDial('DialState', item)],
  ['dialend', (item) => readDial('DialEnd', item)],
  ['dialbegin', readDialBegin],
  ['newchannel', readNewchannel],
  ['hanguprequest', (item) => readHangupRequest('HangupRequest', item)],
  ['softhanguprequest', (item) => readHangupRequest('SoftHangupRequest', item)],
  ['bridgeenter', (item) => readBridge('BridgeEnter', item)],
  ['bridgeleave', (item) => readBridge('BridgeLeave', item)],
  ['queuecallerjoin', (item) => readQueue('QueueCallerJoin', item)],
  ['queuecallerleave', (item) => readQueue('QueueCallerLeave', item)],
  ['queuecallerabandon', (item) => readQueue('QueueCallerAbandon', item)],
  ['agentconnect', (item) => readQueue('AgentConnect', item)],
  ['blindtransfer', (item) => readTransfer('BlindTransfer', item)],
  ['attendedtransfer', (item) => readTransfer('AttendedTransfer', item)],
  ['newstate', readNewstate],
  ['fullybooted', (item) => ({ event: 'FullyBooted', uptimeSeconds: integerOf(item, 'uptime') })],
  ['shutdown', () => ({ event: 'Shutdown' })],
]);

/** A live channel out of a list's item; null when it is malformed. */
export function readLiveChannel(item: AmiItem): LiveChannel | null {
  const uniqueid = channelIdOf(item, 'uniqueid');
  const state = wordOf(item, 'channelstatedesc', /^[A-Za-z -]{1,32}$/);
  if (uniqueid === null || state === null) return null;
  return { uniqueid, state, isLocal: textOf(item, 'channel')?.startsWith('Local/') ?? false };
}

function readOriginateResponse(item: AmiItem): AmiEvent | null {
  const actionId = textOf(item, 'actionid');
  const response = textOf(item, 'response');
  const reason = integerOf(item, 'reason');
  if (actionId === null || reason === null) return null;
  if (response !== 'Success' && response !== 'Failure') return null;
  return { event: 'OriginateResponse', actionId, response, reason };
}

function readHangup(item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'uniqueid');
  const cause = integerOf(item, 'cause');
  if (uniqueid === null || cause === null) return null;
  return {
    event: 'Hangup',
    uniqueid,
    cause,
    causeText: wordOf(item, 'cause-txt', /^[\x20-\x7e]{1,80}$/) ?? '',
    techCause: techCauseOf(item),
  };
}

function readDial(event: 'DialState' | 'DialEnd', item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'destuniqueid');
  // Not every status is a word: `GOTO:…` carries an extension.
  const status = wordOf(item, 'dialstatus', /^[A-Z_]{1,32}$/);
  return uniqueid === null || status === null ? null : { event, uniqueid, status };
}

function techCauseOf(item: AmiItem): string | null {
  return wordOf(item, 'techcause', /^[A-Za-z0-9 ._-]{1,40}$/);
}

function readDialBegin(item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'destuniqueid');
  if (uniqueid === null) return null;
  return {
    event: 'DialBegin',
    uniqueid,
    source: channelIdOf(item, 'uniqueid'),
    linkedid: channelIdOf(item, 'destlinkedid'),
    endpoint: endpointOf(textOf(item, 'destchannel')),
    via: localExtensionOf(textOf(item, 'channel')),
  };
}

function readNewchannel(item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'uniqueid');
  return uniqueid === null ? null : { event: 'Newchannel', uniqueid };
}

function readHangupRequest(
  event: 'HangupRequest' | 'SoftHangupRequest',
  item: AmiItem,
): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'uniqueid');
  if (uniqueid === null) return null;
  return { event, uniqueid, cause: integerOf(item, 'cause'), techCause: techCauseOf(item) };
}

function readBridge(event: 'BridgeEnter' | 'BridgeLeave', item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'uniqueid');
  const bridge = wordOf(item, 'bridgeuniqueid', /^[A-Za-z0-9-]{1,64}$/);
  const members = integerOf(item, 'bridgenumchannels');
  if (uniqueid === null || bridge === null || members === null) return null;
  // Those on hold in one place do not hear each other.
  const talkers = textOf(item, 'bridgetype') === 'holding' ? 1 : members;
  return { event, uniqueid, bridge, members: talkers };
}

function readQueue(event: QueueEventName, item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'uniqueid');
  if (uniqueid === null) return null;
  return { event, uniqueid, queue: wordOf(item, 'queue', /^[A-Za-z0-9_.-]{1,80}$/) };
}

function readNewstate(item: AmiItem): AmiEvent | null {
  const channel = readLiveChannel(item);
  return channel && { event: 'Newstate', uniqueid: channel.uniqueid, state: channel.state };
}
