/** A SIP message as it came over UDP (RFC 3261, section 7): the first line, headers in order, body. */
export interface SipMessage {
  readonly startLine: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Null for what is no SIP message, such as the empty lines that keep a NAT open. */
export function parseMessage(datagram: string): SipMessage | null {
  const end = datagram.indexOf('\r\n\r\n');
  const head = end < 0 ? datagram : datagram.slice(0, end);
  const [startLine = '', ...lines] = head.split('\r\n');
  if (!startLine.includes('SIP/2.0')) return null;
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  return { startLine, headers, body: end < 0 ? '' : datagram.slice(end + 4) };
}

/** All values of a header, in order. */
function valuesOf(message: SipMessage, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/** The first value of a header; empty when it is not there. */
export function valueOf(message: SipMessage, name: string): string {
  return valuesOf(message, name)[0] ?? '';
}

/** `INVITE` of `INVITE sip:1@host SIP/2.0`, `200` of `SIP/2.0 200 OK`. */
export function whatOf({ startLine }: SipMessage): string {
  const [first = '', second = ''] = startLine.split(' ');
  return first === 'SIP/2.0' ? second : first;
}

/** The user part of the address a request is for: the number dialled. */
export function userOf({ startLine }: SipMessage): string {
  return /^\S+ sips?:([^@;>\s]+)@/.exec(startLine)?.[1] ?? '';
}

/** The tag of a From or To value; null when it has none. */
export function tagOf(value: string): string | null {
  return /;\s*tag=([^;\s]+)/i.exec(value)?.[1] ?? null;
}

export interface ResponseParts {
  readonly code: number;
  readonly phrase: string;
  /** Null leaves To as it came. */
  readonly toTag: string | null;
  /** Whole lines. */
  readonly headers: readonly string[];
  /** SDP; empty for none. */
  readonly body: string;
}

/** A response to a request, with what RFC 3261, 8.2.6.2, has it copy. */
export function buildResponse(request: SipMessage, parts: ResponseParts): string {
  const to = valueOf(request, 'To');
  const tagged = parts.toTag === null || tagOf(to) !== null ? to : `${to};tag=${parts.toTag}`;
  return joinMessage(
    `SIP/2.0 ${parts.code} ${parts.phrase}`,
    [
      ...valuesOf(request, 'Via').map((via) => `Via: ${via}`),
      `From: ${valueOf(request, 'From')}`,
      `To: ${tagged}`,
      `Call-ID: ${valueOf(request, 'Call-ID')}`,
      `CSeq: ${valueOf(request, 'CSeq')}`,
      ...parts.headers,
    ],
    parts.body,
  );
}

/** Puts a message together; Content-Type and Content-Length are added. */
export function joinMessage(startLine: string, headers: readonly string[], body = ''): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return [startLine, ...headers, ...type, length, '', body].join('\r\n');
}
