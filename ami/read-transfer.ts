import {
  channelIdOf,
  endpointOf,
  localExtensionOf,
  textOf,
  wordOf,
  type AmiItem,
} from './ami-item.ts';

/** A transfer; `uniqueids` are ids by which the call can be found, the likeliest first. */
export interface TransferEvent {
  readonly event: 'BlindTransfer' | 'AttendedTransfer';
  readonly uniqueids: readonly string[];
  readonly isSuccess: boolean;
  /** See EvidenceEvent: `transfer`. */
  readonly destination: string | null;
}

/** The channel that is sent on comes first; its Linkedid finds a call whose own channel is another. */
const keys = {
  BlindTransfer: ['transfereeuniqueid', 'transfereelinkedid', 'transfererlinkedid'],
  AttendedTransfer: ['transfereeuniqueid', 'transfereelinkedid', 'origtransfererlinkedid'],
} as const;

/** Reads a BlindTransfer or AttendedTransfer event; null when no call can be found by it. */
export function readTransfer(event: TransferEvent['event'], item: AmiItem): TransferEvent | null {
  const uniqueids = keys[event].flatMap((key) => channelIdOf(item, key) ?? []);
  if (uniqueids.length === 0) return null;
  const isSuccess = textOf(item, 'result') === 'Success' && textOf(item, 'desttype') !== 'Fail';
  const destination = event === 'BlindTransfer' ? extensionIn(item) : targetOf(item);
  return { event, uniqueids, isSuccess, destination };
}

const extension = /^[A-Za-z0-9_.+*#-]{1,80}$/;

function extensionIn(item: AmiItem): string | null {
  return wordOf(item, 'extension', extension);
}

/**
 * The device that took the call; else the extension or application it went to. A feature code reaches the
 * other side through a Local channel, which is named for the extension dialled.
 */
function targetOf(item: AmiItem): string | null {
  const target = textOf(item, 'transfertargetchannel');
  return (
    endpointOf(target) ??
    localExtensionOf(target) ??
    wordOf(item, 'secondtransfererexten', extension) ??
    wordOf(item, 'destapp', extension)
  );
}
