import { readFileSync } from 'node:fs';
import { localPlan, localPlanContext } from '../local-plan.ts';
import { carrierPlan } from '../carrier-plan.ts';
import { outboundDialplan } from './outbound-dialplan.ts';
import {
  departmentsContext,
  features,
  outcomesDialplan,
  phonesEndpoint,
  queues,
} from './outcomes-dialplan.ts';
import { extraTrunkSections, type ExtraTrunk } from './extra-trunks.ts';
import type { Configuration } from './instance-files.ts';
import { pjsipConfiguration } from './pjsip-configuration.ts';

export interface DialerPorts {
  readonly ami: number;
  readonly sip: number;
  /** Of the trunk's far side, and of the agents' phones. */
  readonly carrierSip: number;
  readonly phonesSip: number;
  /** Where nothing listens. */
  readonly deadSip: number;
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
      ...outcomesDialplan(carrierPlan),
      ...outboundDialplan(trunkEndpoint, trunkEndpoint),
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
    'amd.conf': shippedFile('amd-dialer.conf'),
    'features.conf': features,
    'indications.conf': dialTone,
    'queues.conf': queues,
    'musiconhold.conf': '[general]\n',
    'pjsip.conf':
      pjsipConfiguration({
        port: ports.sip,
        peer: trunkEndpoint,
        peerPort: ports.carrierSip,
        endpoint: trunkSettings,
        // A busy machine answers late, and a trunk that counts as unreachable refuses every call.
        aor: ['qualify_frequency = 5', 'qualify_timeout = 4.5'],
        global: ['endpoint_identifier_order = username,ip'],
      }) +
      phones(ports.phonesSip) +
      poorTrunks(ports.deadSip) +
      extraTrunkSections(extraTrunks, trunkSettings),
  };
}

function phones(port: number): string {
  return [
    ...[`[${phonesEndpoint}]`, 'type = endpoint', `aors = ${phonesEndpoint}`],
    ...['disallow = all', 'allow = ulaw', `context = ${departmentsContext}`, ''],
    ...[`[${phonesEndpoint}]`, 'type = aor', `contact = sip:127.0.0.1:${port}`, ''],
  ].join('\n');
}

/** Trunks by which no call gets through: never registered, known to be down, and down unnoticed. */
function poorTrunks(port: number): string {
  const contact = `contact = sip:127.0.0.1:${port}`;
  const asked = ['qualify_frequency = 5', 'qualify_timeout = 0.5'];
  const trunks = {
    unregistered: ['max_contacts = 1'],
    unreachable: [contact, ...asked],
    dead: [contact],
  };
  return Object.entries(trunks)
    .flatMap(([name, aor]) => [
      ...[`[${name}]`, 'type = endpoint', `aors = ${name}`, 'disallow = all', 'allow = ulaw'],
      ...[...trunkSettings, '', `[${name}]`, 'type = aor', ...aor, ''],
    ])
    .join('\n');
}

// Transfers by feature code begin with it.
const dialTone = [
  '[general]',
  'country = us',
  '[us]',
  'description = United States',
  'dial = 350+440',
  'busy = 480+620/500,0/500',
  '',
].join('\n');

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
