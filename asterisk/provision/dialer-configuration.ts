import { readFileSync } from 'node:fs';
import { localPlan, localPlanContext } from '../local-plan.ts';
import { extraTrunkSections, type ExtraTrunk } from './extra-trunks.ts';
import type { Configuration } from './instance-files.ts';
import { pjsipConfiguration } from './pjsip-configuration.ts';

export interface DialerPorts {
  readonly ami: number;
  readonly sip: number;
  readonly carrierSip: number;
}

/** The trunk's endpoint, as dial strings name it. */
export const trunkEndpoint = 'carrier';

// With a context that matches nothing, a 302 cannot have another number rung.
const trunkSettings = ['context = from-carrier', 'redirect_method = user'];

/** Configuration of the PBX the dialler uses: the files users install, and a trunk to the carrier. */
export function dialerConfiguration(
  ports: DialerPorts,
  secret: string,
  extraTrunks: readonly ExtraTrunk[] = [],
): Configuration {
  return {
    'extensions.conf': [
      '; Calls from the carrier: none are wanted, so nothing may match here, a redirected number least.',
      '[from-carrier]',
      '',
      ...localOutcomes(),
      '#include extensions-dialer.conf',
      '',
    ].join('\n'),
    'extensions-dialer.conf': shippedFile('extensions-dialer.conf'),
    'manager.conf': [
      '[general]',
      'enabled = yes',
      `port = ${ports.ami}`,
      'bindaddr = 127.0.0.1',
      '#include manager-dialer.conf',
      '',
    ].join('\n'),
    'manager-dialer.conf': shippedFile('manager-dialer.conf').replace('CHANGE-ME', secret),
    'cel.conf': shippedFile('cel-dialer.conf'),
    'cel_custom.conf': celColumns,
    'queues.conf': '[general]\n',
    'musiconhold.conf': '[general]\n',
    'pjsip.conf':
      pjsipConfiguration({
        port: ports.sip,
        peer: trunkEndpoint,
        peerPort: ports.carrierSip,
        endpoint: trunkSettings,
        aor: ['qualify_frequency = 5', 'qualify_timeout = 2'],
      }) + extraTrunkSections(extraTrunks, trunkSettings),
  };
}

// Written to log/cel-custom/calls.csv.
const celColumns = [
  '[mappings]',
  'calls.csv => ${CSV_QUOTE(${eventtype})},${CSV_QUOTE(${eventtime})},${CSV_QUOTE(${CHANNEL(uniqueid)})},${CSV_QUOTE(${CHANNEL(linkedid)})},${CSV_QUOTE(${eventextra})}',
  '',
].join('\n');

function localOutcomes(): string[] {
  const extensions = localPlan.flatMap(({ extension, application }) =>
    application === null ? [] : [`exten => ${extension},1,${application}`],
  );
  return [`[${localPlanContext}]`, ...extensions, ''];
}

function shippedFile(name: string): string {
  return readFileSync(new URL(`../config/${name}`, import.meta.url), 'utf8');
}
