import { extensionLines } from './extension-lines.ts';
import { departments, type AgentPhone } from '../plan/connect-side.ts';

/** Endpoint of the carrier's towards the PBX, for the consultation calls of agents' phones. */
export const consultEndpoint = 'switchboard';

const stays = 'Wait(86400)';

/** Agents' phones as contexts of the carrier: extensions named `agent-…`. */
export function phonesDialplan(dialerSip: number): string[] {
  const refer = (extension: string) => `Transfer(PJSIP/sip:${extension}@127.0.0.1:${dialerSip})`;
  const phones: Record<AgentPhone, readonly string[]> = {
    'agent-takes': ['Answer()', stays],
    'agent-leaves': ['Answer()', 'Wait(1)', 'Hangup(16)'],
    'agent-leaves-later': ['Answer()', 'Wait(6)', 'Hangup(16)'],
    'agent-rings': ['Ringing()', stays],
    'agent-busy': ['PJSIPHangup(486)'],
    'agent-refers': [...talks, refer(departments.takes), 'Wait(1)', 'Hangup(16)'],
    'agent-refers-to-busy': [...talks, refer(departments.busy), 'Wait(1)', 'Hangup(16)'],
    'agent-refers-to-nowhere': [...talks, refer('599'), 'Wait(1)', 'Hangup(16)'],
    'agent-refers-replaces': [...talks, ...consultation(dialerSip)],
    'agent-blind-by-code': [...talks, 'SendDTMF(#1)', 'Wait(2)', keys(departments.takes), stays],
    'agent-blind-by-code-to-nowhere': [
      ...talks,
      'SendDTMF(#1)',
      'Wait(2)',
      keys('599'),
      'Wait(3)',
      'Hangup(16)',
    ],
    'agent-attended-by-code': [...asks(departments.takes), 'Wait(2)', 'Hangup(16)'],
    'agent-attended-given-up': [
      ...asks(departments.takes),
      'Wait(1)',
      'SendDTMF(*1)',
      'Wait(2)',
      'Hangup(16)',
    ],
    'agent-attended-three-way': [
      ...asks(departments.takes),
      'Wait(1)',
      'SendDTMF(*3)',
      'Wait(2)',
      'Hangup(16)',
    ],
    'agent-attended-while-ringing': [...asks(departments.rings), 'Wait(1)', 'Hangup(16)'],
  };
  return [
    '[phones]',
    ...Object.entries(phones).flatMap(([name, steps]) => extensionLines(name, steps)),
    '',
    ...consulted,
  ];
}

const talks = ['Answer()', 'Wait(1)'];
const keys = (digits: string) => `SendDTMF(${digits})`;
// The prompt after *2 lasts about a second; keys pressed in it count.
const asks = (extension: string) => [...talks, 'SendDTMF(*2)', 'Wait(1)', keys(extension)];

// A second call of the same phone, whose dialog the REFER names. The two find each other by a global
// variable of the first one's id.
function consultation(dialerSip: number): string[] {
  const dialog = '${DIALOG_${ID}}';
  return [
    'Set(ID=${FILTER(0-9,${UNIQUEID})})',
    `Originate(PJSIP/${departments.takes}@${consultEndpoint},exten,consulting,s,1,10,v(CONSULTS=\${ID}))`,
    'Wait(1)',
    `Transfer(PJSIP/sip:${departments.takes}@127.0.0.1:${dialerSip}?Replaces=${dialog})`,
    'Wait(2)',
    'Hangup(16)',
  ];
}

const consulted = [
  '[consulting]',
  ...extensionLines('s', [
    // In a URI: ; is %3B, = is %3D.
    'Set(GLOBAL(DIALOG_${CONSULTS})=${URIENCODE(${CHANNEL(pjsip,call-id)})}%3Bto-tag%3D${CHANNEL(pjsip,remote_tag)}%3Bfrom-tag%3D${CHANNEL(pjsip,local_tag)})',
    stays,
  ]),
  '',
];
