import { carrierContext, carrierDialplan, type CarrierFiles } from './carrier-dialplan.ts';
import type { Configuration } from './instance-files.ts';
import { pjsipConfiguration } from './pjsip-configuration.ts';

export interface CarrierPorts {
  readonly ami: number;
  readonly sip: number;
  readonly dialerSip: number;
}

/** Configuration of the Asterisk that plays the carrier. */
export function carrierConfiguration(
  ports: CarrierPorts,
  secret: string,
  files: CarrierFiles,
): Configuration {
  return {
    'extensions.conf': carrierDialplan(files),
    'manager.conf': [
      '[general]',
      'enabled = yes',
      `port = ${ports.ami}`,
      'bindaddr = 127.0.0.1',
      // Only to be told when it is ready.
      '[watcher]',
      `secret = ${secret}`,
      'read = system',
      'write = reporting',
      '',
    ].join('\n'),
    'pjsip.conf': pjsipConfiguration({
      port: ports.sip,
      peer: 'dialer',
      peerPort: ports.dialerSip,
      endpoint: [`context = ${carrierContext}`],
      aor: [],
    }),
  };
}
