import { integerOf, textOf, type AmiItem } from './ami-item.ts';

/**
 * What the adapter understands of the event stream, and nothing else of it: names, numbers and
 * extensions in an event are dropped here, so they cannot reach evidence or logs. Channel ids are
 * compared in lower case, as Asterisk does.
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
  | { readonly event: 'DialState' | 'DialEnd'; readonly uniqueid: string; readonly status: string }
  | { readonly event: 'DialBegin' | 'Newchannel'; readonly uniqueid: string }
  | { readonly event: 'Newstate'; readonly uniqueid: string; readonly state: string }
  /** Seconds since the PBX started; null from a PBX too old to say. */
  | { readonly event: 'FullyBooted'; readonly uptimeSeconds: number | null }
  | { readonly event: 'Shutdown' };

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
  const read = readers.get(name.toLowerCase());
  return read === undefined ? null : (read(item) ?? 'malformed');
}

const readers = new Map<string, (item: AmiItem) => AmiEvent | null>([
  ['originateresponse', readOriginateResponse],
  ['hangup', readHangup],
  ['dialstate', (item) => readDial('DialState', item)],
  ['dialend', (item) => readDial('DialEnd', item)],
  ['dialbegin', (item) => readChannel('DialBegin', 'destuniqueid', item)],
  ['newchannel', (item) => readChannel('Newchannel', 'uniqueid', item)],
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
    techCause: wordOf(item, 'techcause', /^[A-Za-z0-9 ._-]{1,40}$/),
  };
}

function readDial(event: 'DialState' | 'DialEnd', item: AmiItem): AmiEvent | null {
  const uniqueid = channelIdOf(item, 'destuniqueid');
  // Not every status is a word: `GOTO:…` carries an extension.
  const status = wordOf(item, 'dialstatus', /^[A-Z_]{1,32}$/);
  return uniqueid === null || status === null ? null : { event, uniqueid, status };
}

function readChannel(
  event: 'DialBegin' | 'Newchannel',
  key: string,
  item: AmiItem,
): AmiEvent | null {
  const uniqueid = channelIdOf(item, key);
  return uniqueid === null ? null : { event, uniqueid };
}

function readNewstate(item: AmiItem): AmiEvent | null {
  const channel = readLiveChannel(item);
  return channel && { event: 'Newstate', uniqueid: channel.uniqueid, state: channel.state };
}

function channelIdOf(item: AmiItem, key: string): string | null {
  const id = textOf(item, key);
  return id !== null && id !== '' && id.length <= 160 ? id.toLowerCase() : null;
}

function wordOf(item: AmiItem, key: string, pattern: RegExp): string | null {
  const text = textOf(item, key);
  return text !== null && pattern.test(text) ? text : null;
}
