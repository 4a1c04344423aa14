import type { AmiFields } from './ami-wire.ts';

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
  context: string;
  exten: string;
  application: string;
  data: string;
}

export interface CallerId {
  readonly number: string;
  readonly name: string;
}

export type ChannelState = keyof typeof stateCodes;

const stateCodes = { Down: 0, Ring: 4, Ringing: 5, Up: 6, Busy: 7 } as const;

/** The block of headers that every event about a channel carries; `prefix` is `Dest` in Dial events. */
export function channelFields(channel: Channel, prefix = ''): AmiFields {
  const { callerId } = channel;
  const headers: AmiFields = [
    ['Channel', channel.name],
    ['ChannelState', stateCodes[channel.state]],
    ['ChannelStateDesc', channel.state],
    ['CallerIDNum', callerId.number],
    ['CallerIDName', callerId.name],
    ['ConnectedLineNum', callerId.number],
    ['ConnectedLineName', callerId.name],
    ['Language', 'en'],
    ['AccountCode', ''],
    ['Context', channel.context],
    ['Exten', channel.exten],
    ['Priority', 1],
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
