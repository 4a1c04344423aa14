import type { AmiFields } from './ami-wire.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** A live channel of the simulated PBX. */
export interface Channel {
  /** Such as `PJSIP/carrier-0000000a`. */
  readonly name: string;
  /** The caller's ChannelId, spelt as given. */
  readonly uniqueid: string;
  readonly linkedid: string;
  readonly callerId: CallerId;
  readonly variables: ReadonlyMap<string, string>;
  readonly startedAt: number;
  state: ChannelState;
  /** Whom it is connected to. */
  connectedLine: CallerId;
  context: string;
  exten: string;
  priority: number;
  application: string;
  data: string;
}

export interface CallerId {
  readonly number: string;
  readonly name: string;
}

export type ChannelState = keyof typeof stateCodes;

const stateCodes = { Down: 0, Ring: 4, Ringing: 5, Up: 6, Busy: 7 } as const;

/** Asterisk's word for what is not given. */
const unknownCallerId: CallerId = { number: '<unknown>', name: '<unknown>' };

/** A new channel, named for what it leads to: `PJSIP/phones` becomes `PJSIP/phones-0000000a`. */
export function openChannel(
  world: SimulatedWorld,
  peer: string,
  given: Partial<Omit<Channel, 'name' | 'startedAt'>> = {},
): Channel {
  const index = world.next();
  const uniqueid = given.uniqueid || `${Math.trunc(Date.now() / 1_000)}.${index}`;
  const callerId = given.callerId ?? unknownCallerId;
  return {
    linkedid: uniqueid,
    connectedLine: callerId,
    variables: new Map(),
    state: 'Down',
    context: '',
    exten: 's',
    priority: 1,
    application: 'AppDial2',
    data: '(Outgoing Line)',
    ...given,
    name: nameOf(peer, index),
    uniqueid,
    callerId,
    startedAt: Date.now(),
  };
}

function nameOf(peer: string, index: number): string {
  const [name = '', half] = peer.split(';');
  const numbered = `${name}-${index.toString(16).padStart(8, '0')}`;
  return half === undefined ? numbered : `${numbered};${half}`;
}

/** The block of headers that every event about a channel carries; `prefix` is `Dest` in Dial events. */
export function channelFields(channel: Channel, prefix = ''): AmiFields {
  const { callerId, connectedLine } = channel;
  const headers: AmiFields = [
    ['Channel', channel.name],
    ['ChannelState', stateCodes[channel.state]],
    ['ChannelStateDesc', channel.state],
    ['CallerIDNum', callerId.number],
    ['CallerIDName', callerId.name],
    ['ConnectedLineNum', connectedLine.number],
    ['ConnectedLineName', connectedLine.name],
    ['Language', 'en'],
    ['AccountCode', ''],
    ['Context', channel.context],
    ['Exten', channel.exten],
    ['Priority', channel.priority],
    ['Uniqueid', channel.uniqueid],
    ['Linkedid', channel.linkedid],
  ];
  return headers.map(([name, value]) => [`${prefix}${name}`, value] as const);
}

/** `Name <digits>`, `"Name" <digits>` or digits; Asterisk says `<unknown>` for what is not given. */
export function readCallerId(text: string): CallerId {
  const match = /^"?([^"<]*?)"?\s*<([^>]*)>$/.exec(text);
  const [name, number] = match ? [match[1], match[2]] : ['', text];
  return { number: number || '<unknown>', name: name || '<unknown>' };
}
