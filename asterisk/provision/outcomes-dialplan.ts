import { extensionLines } from './extension-lines.ts';
import { departments, type AgentPhone, type ConnectSide } from '../plan/connect-side.ts';

/** Endpoint of the PBX towards the agents' phones. */
export const phonesEndpoint = 'phones';

/** Context whose extension `s` does with an answered call what the digits dialled ask for. */
export const outcomesContext = 'outcomes';

/** Context where agents' phones may transfer calls to. */
export const departmentsContext = 'departments';

const ring = (phone: AgentPhone, seconds: number, options = '') =>
  `Dial(PJSIP/${phone}@${phonesEndpoint},${seconds}${options === '' ? '' : `,${options}`})`;
const hangUp = 'Hangup()';
const greeting = 'Playback(hello-world)';

const steps: Record<ConnectSide, readonly string[]> = {
  plays: [greeting, hangUp],
  'agent-takes': [ring('agent-takes', 20), hangUp],
  'agent-leaves': [ring('agent-leaves', 20), hangUp],
  'agent-does-not-take': [ring('agent-rings', 2), hangUp],
  'agent-rings-on': [ring('agent-rings', 60), hangUp],
  'agent-busy': [ring('agent-busy', 20), hangUp],
  'agent-without-phone': ['Dial(PJSIP/1999,20)', hangUp],
  'second-agent-takes': [ring('agent-busy', 20), ring('agent-leaves', 20), hangUp],
  'recording-takes': [
    ring('agent-busy', 20),
    'UserEvent(DialerStep,Step: connected)',
    greeting,
    hangUp,
  ],
  'queue-with-agent': ['Queue(served)', hangUp],
  'queue-times-out': ['Queue(ringing,,,,2)', hangUp],
  'queue-rings-on': ['Queue(ringing,,,,60)', hangUp],
  'queue-empty': ['Queue(empty,,,,2)', hangUp],
  'queue-closed': ['Queue(closed)', hangUp],
  'agent-after-queue': ['Queue(ringing,,,,2)', ring('agent-leaves', 20), hangUp],
  refer: [ring('agent-refers', 20), hangUp],
  'refer-to-busy': [ring('agent-refers-to-busy', 20), hangUp],
  'refer-to-nowhere': [ring('agent-refers-to-nowhere', 20), hangUp],
  'refer-replaces': [ring('agent-refers-replaces', 20), hangUp],
  'blind-by-code': [ring('agent-blind-by-code', 20, 't'), hangUp],
  'blind-by-code-to-nowhere': [ring('agent-blind-by-code-to-nowhere', 20, 't'), hangUp],
  'attended-by-code': [ring('agent-attended-by-code', 20, 't'), hangUp],
  'attended-three-way': [ring('agent-attended-three-way', 20, 't'), hangUp],
  'attended-given-up': [ring('agent-attended-given-up', 20, 't'), hangUp],
  'attended-while-ringing': [ring('agent-attended-while-ringing', 20, 't'), hangUp],
  'second-department': [ring('agent-leaves', 20, 'g'), ring('agent-leaves', 20), hangUp],
  'dialer-transfer': [
    ring('agent-leaves', 20, 'g'),
    'Gosub(dialer-transfer,s,1(sales))',
    greeting,
    hangUp,
  ],
  'contact-refers': [ring('agent-takes', 20), hangUp],
};

/** One outcome of an answered call: the last three digits dialled, and what then happens. */
export interface ConnectRow {
  readonly code: string;
  readonly connectSide: ConnectSide;
}

/** The contexts `outcomes` and `departments` of the PBX. */
export function outcomesDialplan(rows: readonly ConnectRow[]): string[] {
  return [
    `[${outcomesContext}]`,
    // A Local channel has the digits in its name, one over a trunk in the address it called.
    'exten => s,1,Set(DIALLED=${CHANNEL(name)})',
    ' same => n,GotoIf($["${CHANNEL(channeltype)}" != "PJSIP"]?read)',
    ' same => n,Set(DIALLED=${CHANNEL(pjsip,remote_uri)})',
    ' same => n(read),Set(DIGITS=${FILTER(0-9,${CUT(DIALLED,@,1)})})',
    ' same => n,GotoIf($[${DIALPLAN_EXISTS(outcomes,${DIGITS:-3},1)}]?${DIGITS:-3},1)',
    ...steps.plays.map((step) => ` same => n,${step}`),
    ...rows.flatMap(({ code, connectSide }) => extensionLines(code, steps[connectSide])),
    '',
    `[${departmentsContext}]`,
    ...extensionLines(departments.takes, [ring('agent-leaves-later', 20), hangUp]),
    ...extensionLines(departments.plays, [greeting, hangUp]),
    ...extensionLines(departments.busy, [ring('agent-busy', 20), hangUp]),
    ...extensionLines(departments.rings, [ring('agent-rings', 3), hangUp]),
    '',
  ];
}

/** queues.conf. */
export const queues = [
  '[general]',
  'persistentmembers = no',
  ...queue('served', 'yes', 'agent-leaves'),
  ...queue('ringing', 'yes', 'agent-rings'),
  ...queue('empty', 'yes', null),
  ...queue('closed', 'no', null),
  '',
].join('\n');

function queue(name: string, joinEmpty: string, member: AgentPhone | null): string[] {
  return [
    `[${name}]`,
    'strategy = ringall',
    'timeout = 20',
    `joinempty = ${joinEmpty}`,
    // All agents share one endpoint, which is in use whenever one of them talks.
    'ringinuse = yes',
    // The state of the endpoint stands for that of the phone, which alone is no device to Asterisk.
    ...(member === null
      ? []
      : [`member => PJSIP/${member}@${phonesEndpoint},0,${member},PJSIP/${phonesEndpoint}`]),
  ];
}

/** features.conf: the codes agents' phones press. */
export const features = [
  '[general]',
  'transferdigittimeout = 2',
  'atxfernoanswertimeout = 10',
  'atxferdropcall = yes',
  '[featuremap]',
  'blindxfer = #1',
  'atxfer = *2',
  '',
].join('\n');
