/**
 * One block of lines from the PBX as asterisk-manager parses it: keys in lower case, a repeated key as
 * an array, `Variable` lines as an object. Whatever it holds is hearsay until read by these functions.
 */
export type AmiItem = Readonly<Record<string, unknown>>;

/** The text of a key that came exactly once; null when absent, repeated or inherited. */
export function textOf(item: AmiItem, key: string): string | null {
  if (!Object.hasOwn(item, key)) return null;
  const value = item[key];
  return typeof value === 'string' ? value : null;
}

/** A whole number of at most nine digits; null for anything else. */
export function integerOf(item: AmiItem, key: string): number | null {
  const text = textOf(item, key);
  return text !== null && /^-?[0-9]{1,9}$/.test(text) ? Number(text) : null;
}

/** A channel's Uniqueid or Linkedid in lower case, as Asterisk compares them; null when it is none. */
export function channelIdOf(item: AmiItem, key: string): string | null {
  const id = textOf(item, key);
  return id !== null && id !== '' && id.length <= 160 ? id.toLowerCase() : null;
}

/** The text of a key that has this form; null otherwise. */
export function wordOf(item: AmiItem, key: string, pattern: RegExp): string | null {
  const text = textOf(item, key);
  return text !== null && pattern.test(text) ? text : null;
}

/** Technologies whose channels are named for a device of the PBX, and not for what was dialled. */
const deviceChannel = /^((?:PJSIP|SIP|IAX2|SCCP|DAHDI)\/[A-Za-z0-9_.@+-]{1,60})-[0-9a-f]+$/;

/** The device in a channel's name, `PJSIP/1001` for `PJSIP/1001-0000002a`; null for Local and others. */
export function endpointOf(channel: string | null): string | null {
  return deviceChannel.exec(channel ?? '')?.[1] ?? null;
}

const localChannel = /^Local\/([A-Za-z0-9_.+*#-]{1,80})@/;

/** The extension in the name of a Local channel; null for any other channel. */
export function localExtensionOf(channel: string | null): string | null {
  return localChannel.exec(channel ?? '')?.[1] ?? null;
}
