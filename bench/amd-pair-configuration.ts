import { readFileSync } from 'node:fs';
import type { Configuration } from '../asterisk/provision/instance-files.ts';
import { pjsipConfiguration } from '../asterisk/provision/pjsip-configuration.ts';
import type { LabelledSound } from './labelled-sounds.ts';

export interface AmdPairPorts {
  readonly ami: number;
  readonly carrierAmi: number;
  readonly sip: number;
  readonly carrierSip: number;
}

/** The amd.conf we ship. */
export function shippedAmdSettings(): string {
  return shippedFile('amd-dialer.conf');
}

/** Configuration of the PBX under test: the shipped files, and a trunk to the carrier. */
export function dialerFiles(ports: AmdPairPorts, secret: string, settings: string): Configuration {
  return {
    'extensions.conf': '[from-carrier]\n#include extensions-dialer.conf\n',
    'extensions-dialer.conf': shippedFile('extensions-dialer.conf'),
    'amd.conf': settings,
    'manager.conf': `${managerSection(ports.ami)}#include manager-dialer.conf\n`,
    'manager-dialer.conf': readsUserEvents(shippedFile('manager-dialer.conf')).replace(
      'CHANGE-ME',
      secret,
    ),
    'pjsip.conf': pjsipConfiguration({
      port: ports.sip,
      peer: 'carrier',
      peerPort: ports.carrierSip,
      endpoint: ['context = from-carrier'],
      aor: ['qualify_frequency = 5', 'qualify_timeout = 2'],
    }),
    'queues.conf': '[general]\n',
    'musiconhold.conf': '[general]\n',
  };
}

/** Configuration of the carrier: each sound answers at a number of its own. */
export function carrierFiles(
  ports: AmdPairPorts,
  secret: string,
  sounds: readonly LabelledSound[],
): Configuration {
  const watcher = ['[watcher]', `secret = ${secret}`, 'read = system,call,user', ''];
  return {
    'extensions.conf': ['[from-dialer]', ...sounds.flatMap(farEnd), ''].join('\n'),
    'manager.conf': managerSection(ports.carrierAmi) + watcher.join('\n'),
    'pjsip.conf': pjsipConfiguration({
      port: ports.carrierSip,
      peer: 'dialer',
      peerPort: ports.sip,
      endpoint: ['context = from-dialer'],
      aor: [],
    }),
  };
}

/** What the carrier is dialled by for the sound at this place of the list. */
export function numberOf(index: number): string {
  return `5255570${String(index).padStart(5, '0')}`;
}

function farEnd({ file }: LabelledSound, index: number): string[] {
  return [
    `exten => ${numberOf(index)},1,Answer()`,
    ' same => n,Set(TALK_DETECT(set)=)',
    ` same => n,Playback(answers/${file.replace(/\.gsm$/, '')})`,
    ' same => n,UserEvent(FarEnd,Step: silent)',
    // Silence that is sent: a line on which nothing arrives is another matter for AMD.
    ` same => n,Playback(${Array<string>(3).fill('silence/10').join('&')})`,
    ' same => n,Hangup()',
  ];
}

function managerSection(port: number): string {
  return `[general]\nenabled = yes\nport = ${port}\nbindaddr = 127.0.0.1\n`;
}

// What the dialplan reports is heard only with this right, whatever the shipped user has.
function readsUserEvents(text: string): string {
  return text.replace('read = call,system\n', 'read = call,system,user\n');
}

function shippedFile(name: string): string {
  return readFileSync(new URL(`../asterisk/config/${name}`, import.meta.url), 'utf8');
}
