import { carrierContext, carrierDialplan, type CarrierFiles } from './carrier-dialplan.ts';
import type { Configuration } from './instance-files.ts';
import { phonesEndpoint } from './outcomes-dialplan.ts';
import { consultEndpoint } from './phones-dialplan.ts';
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
  files: Omit<CarrierFiles, 'dialerSip'>,
): Configuration {
  return {
    'extensions.conf': carrierDialplan({ ...files, dialerSip: ports.dialerSip }),
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
    'pjsip.conf':
      pjsipConfiguration({
        port: ports.sip,
        peer: 'dialer',
        peerPort: ports.dialerSip,
        // A 180 that is lost is not sent again otherwise, and a phone that rang looks like silence.
        endpoint: [`context = ${carrierContext}`, '100rel = peer_supported'],
        aor: [],
      }) + switchboard(ports.dialerSip),
  };
}

// The PBX knows by the user name that such a call comes from an agent's phone.
function switchboard(port: number): string {
  return [
    ...[`[${consultEndpoint}]`, 'type = endpoint', `aors = ${consultEndpoint}`],
    ...['disallow = all', 'allow = ulaw', `from_user = ${phonesEndpoint}`, ''],
    ...[`[${consultEndpoint}]`, 'type = aor', `contact = sip:127.0.0.1:${port}`, ''],
  ].join('\n');
}
