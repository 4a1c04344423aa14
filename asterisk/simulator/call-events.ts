import type { AmiFields } from './ami-wire.ts';
import { channelFields, type Channel } from './channel.ts';
import type { OriginateOrder } from './read-originate.ts';

const ofCall: AmiFields = [['Privilege', 'call,all']];

export function newchannelEvent(channel: Channel): AmiFields {
  return [['Event', 'Newchannel'], ...ofCall, ...channelFields(channel)];
}

export function newstateEvent(channel: Channel): AmiFields {
  return [['Event', 'Newstate'], ...ofCall, ...channelFields(channel)];
}

/** `source` dials; null when an Originate does. */
export function dialBeginEvent(
  channel: Channel,
  dialString: string,
  source: Channel | null = null,
): AmiFields {
  return dialEvent('DialBegin', source, channel, ['DialString', dialString]);
}

export function dialStateEvent(
  channel: Channel,
  status: 'RINGING' | 'PROGRESS',
  source: Channel | null = null,
): AmiFields {
  return dialEvent('DialState', source, channel, ['DialStatus', status]);
}

export function dialEndEvent(
  channel: Channel,
  status: string,
  source: Channel | null = null,
): AmiFields {
  return dialEvent('DialEnd', source, channel, ['DialStatus', status]);
}

function dialEvent(
  event: 'DialBegin' | 'DialState' | 'DialEnd',
  source: Channel | null,
  dialled: Channel,
  what: AmiFields[number],
): AmiFields {
  return [
    ['Event', event],
    ...ofCall,
    ...(source === null ? [] : channelFields(source)),
    ...channelFields(dialled, 'Dest'),
    what,
  ];
}

/** `HangupRequest`: the far end wants to end; `SoftHangupRequest`: our own side does. */
export function hangupRequestEvent(
  name: 'HangupRequest' | 'SoftHangupRequest',
  channel: Channel,
  cause: number,
  techCause: string | null,
): AmiFields {
  return [
    ['Event', name],
    ...ofCall,
    ...channelFields(channel),
    ['Cause', cause],
    ...techCauseField(techCause),
  ];
}

export function hangupEvent(channel: Channel, cause: number, techCause: string | null): AmiFields {
  return [
    ['Event', 'Hangup'],
    ...ofCall,
    ...channelFields(channel),
    ['Cause', cause],
    ['Cause-txt', causeTexts.get(cause) ?? 'Unknown'],
    ...techCauseField(techCause),
  ];
}

/** `channel` is null when there never was one: then the dial string stands for its name. */
export function originateResponseEvent(
  order: OriginateOrder,
  channel: Channel | null,
  response: 'Success' | 'Failure',
  reason: number,
): AmiFields {
  const target: AmiFields =
    order.application === ''
      ? [
          ['Context', order.context],
          ['Exten', order.exten],
        ]
      : [
          ['Application', order.application],
          ['Data', order.data],
        ];
  return [
    ['Event', 'OriginateResponse'],
    ...ofCall,
    ...(order.actionId === '' ? [] : ([['ActionID', order.actionId]] as const)),
    ['Response', response],
    ['Channel', response === 'Success' && channel ? channel.name : order.channel],
    ...target,
    ['Reason', reason],
    ['Uniqueid', channel?.uniqueid ?? order.channelId],
    ['CallerIDNum', channel?.callerId.number ?? '<unknown>'],
    ['CallerIDName', channel?.callerId.name ?? '<unknown>'],
  ];
}

function techCauseField(techCause: string | null): AmiFields {
  return techCause === null ? [] : [['TechCause', techCause]];
}

// Asterisk's words (main/causes.c) for the causes the table of outcomes can produce.
const causeTexts: ReadonlyMap<number, string> = new Map([
  [0, 'Unknown'],
  [1, 'Unallocated (unassigned) number'],
  [3, 'No route to destination'],
  [16, 'Normal Clearing'],
  [17, 'User busy'],
  [18, 'No user responding'],
  [19, 'User alerting, no answer'],
  [21, 'Call Rejected'],
  [22, 'Number changed'],
  [23, 'Redirected to new destination'],
  [27, 'Destination out of order'],
  [28, 'Invalid number format'],
  [29, 'Facility rejected'],
  [34, 'Circuit/channel congestion'],
  [38, 'Network out of order'],
  [41, 'Temporary failure'],
  [58, 'Bearer capability not available'],
  [102, 'Recover on timer expiry'],
  [127, 'Interworking, unspecified'],
]);
