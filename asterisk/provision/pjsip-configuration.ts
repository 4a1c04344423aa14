export interface PjsipOptions {
  /** Our UDP port. */
  readonly port: number;
  /** Name of the other side's endpoint. */
  readonly peer: string;
  readonly peerPort: number;
  readonly endpoint: readonly string[];
  readonly aor: readonly string[];
  readonly global?: readonly string[];
}

/** pjsip.conf of an instance with one peer, over UDP on loopback. */
export function pjsipConfiguration({ port, peer, peerPort, ...extra }: PjsipOptions): string {
  return [
    // Otherwise the first OPTIONS to the peer comes at any time within qualify_frequency.
    '[global]',
    'type = global',
    'max_initial_qualify_time = 1',
    ...(extra.global ?? []),
    '',
    '[transport]',
    'type = transport',
    'protocol = udp',
    `bind = 127.0.0.1:${port}`,
    '',
    `[${peer}]`,
    'type = endpoint',
    `aors = ${peer}`,
    'disallow = all',
    'allow = ulaw',
    ...extra.endpoint,
    '',
    `[${peer}]`,
    'type = aor',
    `contact = sip:127.0.0.1:${peerPort}`,
    ...extra.aor,
    '',
    `[${peer}]`,
    'type = identify',
    `endpoint = ${peer}`,
    'match = 127.0.0.1',
    '',
  ].join('\n');
}
