import type { AmiFields } from './ami-wire.ts';
import { channelFields, type Channel } from './channel.ts';
import { bridgeFields, type BridgeView } from './connect-events.ts';

export interface BlindTransferFacts {
  readonly transferer: Channel;
  readonly transferee: Channel;
  readonly bridge: BridgeView;
  /** By REFER and not by feature code. */
  readonly isExternal: boolean;
  readonly context: string;
  readonly exten: string;
}

export function blindTransferEvent(facts: BlindTransferFacts): AmiFields {
  return [
    ['Event', 'BlindTransfer'],
    ['Privilege', 'call,all'],
    ['Result', 'Success'],
    ...channelFields(facts.transferer, 'Transferer'),
    ...channelFields(facts.transferee, 'Transferee'),
    ...bridgeFields(facts.bridge),
    ['IsExternal', facts.isExternal ? 'Yes' : 'No'],
    ['Context', facts.context],
    ['Extension', facts.exten],
  ];
}

export interface AttendedTransferFacts {
  readonly transferer: Channel;
  readonly bridge: BridgeView;
  /** The transferer's side of the consultation; by feature code the same channel. */
  readonly second: Channel;
  readonly secondBridge: BridgeView;
  readonly transferee: Channel;
  /** Whom it was sent to; null while that one still rings. */
  readonly target: Channel | null;
  readonly destType: 'Bridge' | 'Threeway';
  readonly destination: BridgeView;
}

export function attendedTransferEvent(facts: AttendedTransferFacts): AmiFields {
  const { transferer, target, destType } = facts;
  return [
    ['Event', 'AttendedTransfer'],
    ['Privilege', 'call,all'],
    ['Result', 'Success'],
    ...channelFields(transferer, 'OrigTransferer'),
    ...bridgeFields(facts.bridge, 'Orig'),
    ...channelFields(facts.second, 'SecondTransferer'),
    ...bridgeFields(facts.secondBridge, 'Second'),
    ...channelFields(facts.transferee, 'Transferee'),
    ...(target === null ? [] : channelFields(target, 'TransferTarget')),
    ['IsExternal', 'No'],
    ['DestType', destType],
    ['DestBridgeUniqueid', facts.destination.uniqueid],
    ...(destType === 'Bridge' ? [] : ([['DestTransfererChannel', transferer.name]] as const)),
  ];
}
