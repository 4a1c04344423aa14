import { headerOf, type AmiAction, type AmiFields } from './ami-wire.ts';
import { channelFields, type Channel } from './channel.ts';
import { functionValue } from './function-values.ts';
import { mayWrite, type ManagerUser } from './manager-user.ts';
import type { Dialplan } from './read-originate.ts';
import type { LiveCall, SimulatedWorld } from './simulated-world.ts';

/** What an action needs to be answered. */
export interface ActionContext {
  readonly world: SimulatedWorld;
  readonly user: ManagerUser;
  readonly dialplan: Dialplan;
  /** When the simulated PBX started, in ms since the epoch. */
  readonly startedAt: number;
}

/** An action that only asks, or hangs up: any of `rights` allows it, `answer` gives items without ActionID. */
interface ManagerAction {
  readonly name: string;
  readonly rights: readonly string[];
  readonly answer: (action: AmiAction, context: ActionContext) => AmiFields[];
}

/** Items that answer an action, complete with its ActionID. Login, Logoff and Originate are the session's. */
export function answerAction(action: AmiAction, context: ActionContext): AmiFields[] {
  const name = headerOf(action, 'action');
  const known = actions.find((row) => row.name.toLowerCase() === name.toLowerCase());
  const items = !known
    ? refusal(
        `Invalid/unknown command: ${name}. Use Action: ListCommands to show available commands.`,
      )
    : mayWrite(context.user, known.rights)
      ? known.answer(action, context)
      : refusal('Permission denied');
  return items.map((item) => withActionId(action, item));
}

/** ActionID is the second header, as Asterisk writes it. */
export function withActionId(action: AmiAction, item: AmiFields): AmiFields {
  const actionId = headerOf(action, 'actionid');
  if (actionId === '') return item;
  return [...item.slice(0, 1), ['ActionID', actionId], ...item.slice(1)];
}

const actions: readonly ManagerAction[] = [
  { name: 'CoreSettings', rights: ['system', 'reporting'], answer: () => [coreSettings] },
  { name: 'CoreShowChannels', rights: ['system', 'reporting'], answer: showChannels },
  { name: 'CoreStatus', rights: ['system', 'reporting'], answer: coreStatus },
  { name: 'Events', rights: [], answer: () => [[['Response', 'Success']]] },
  { name: 'Getvar', rights: ['call', 'reporting'], answer: getVariable },
  { name: 'Hangup', rights: ['system', 'call'], answer: hangUp },
  { name: 'ListCommands', rights: [], answer: listCommands },
  // These three are carried out by the session; here they are only listed.
  { name: 'Login', rights: [], answer: () => refusal('Already logged in') },
  { name: 'Logoff', rights: [], answer: () => [] },
  { name: 'Originate', rights: ['originate'], answer: () => [] },
  { name: 'Ping', rights: [], answer: ping },
  { name: 'Setvar', rights: ['call'], answer: () => refusal('Setvar is not simulated') },
  { name: 'Status', rights: ['system', 'call', 'reporting'], answer: channelStatus },
];

function refusal(message: string): AmiFields[] {
  return [
    [
      ['Response', 'Error'],
      ['Message', message],
    ],
  ];
}

const coreSettings: AmiFields = [
  ['Response', 'Success'],
  ['AMIversion', '11.0.0'],
  ['AsteriskVersion', '22.10.1-simulated'],
  ['SystemName', ''],
  ['CoreMaxCalls', 0],
  ['CoreMaxLoadAvg', '0.000000'],
  ['CoreRealTimeEnabled', 'No'],
  ['CoreCDRenabled', 'Yes'],
  ['CoreHTTPenabled', 'No'],
];

function coreStatus(_action: AmiAction, { world, startedAt }: ActionContext): AmiFields[] {
  const [date = '', time = ''] = new Date(startedAt).toISOString().split(/[T.]/);
  return [
    [
      ['Response', 'Success'],
      ['CoreStartupDate', date],
      ['CoreStartupTime', time],
      ['CoreReloadDate', date],
      ['CoreReloadTime', time],
      ['CoreCurrentCalls', world.calls.size],
    ],
  ];
}

function ping(): AmiFields[] {
  return [
    [
      ['Response', 'Success'],
      ['Ping', 'Pong'],
      ['Timestamp', (Date.now() / 1_000).toFixed(6)],
    ],
  ];
}

function listCommands(_action: AmiAction, { user }: ActionContext): AmiFields[] {
  const allowed = actions.filter((row) => mayWrite(user, row.rights));
  return [
    [
      ['Response', 'Success'],
      ...allowed.map((row) => {
        const rights = row.rights.length === 0 ? '<none>' : `${row.rights.join(',')},all`;
        return [row.name, `(Priv: ${rights})`] as const;
      }),
    ],
  ];
}

function showChannels(_action: AmiAction, { world }: ActionContext): AmiFields[] {
  const channels = [...world.calls.values()].flatMap((call) => call.channels);
  return list('Channels will follow', 'CoreShowChannels', channels, (channel) => [
    ['Event', 'CoreShowChannel'],
    ...channelFields(channel),
    ['Application', channel.application],
    ['ApplicationData', channel.data],
    ['Duration', new Date(Date.now() - channel.startedAt).toISOString().slice(11, 19)],
    ['BridgeId', ''],
  ]);
}

function channelStatus(action: AmiAction, { world }: ActionContext): AmiFields[] {
  const wanted = headerOf(action, 'channel');
  const found = wanted === '' ? null : findChannel(world, wanted);
  if (wanted !== '' && found === null) return refusal('No such channel');
  const channels = found
    ? [found.channel]
    : [...world.calls.values()].flatMap((call) => call.channels);
  return list('Channel status will follow', 'Status', channels, (channel) => [
    ['Event', 'Status'],
    ['Privilege', 'Call'],
    ...channelFields(channel),
    ['Type', 'PJSIP'],
    ['Application', channel.application],
    ['Data', channel.data],
    ['Seconds', Math.trunc((Date.now() - channel.startedAt) / 1_000)],
  ]);
}

function getVariable(action: AmiAction, { world, dialplan }: ActionContext): AmiFields[] {
  const wanted = headerOf(action, 'channel');
  const found = wanted === '' ? null : findChannel(world, wanted);
  const name = headerOf(action, 'variable');
  if (name === '') return refusal('No variable specified');
  if (wanted !== '' && found === null) return refusal('No such channel');
  return [
    [
      ['Response', 'Success'],
      ['Variable', name],
      ['Value', found?.channel.variables.get(name) ?? functionValue(name, dialplan)],
    ],
  ];
}

function hangUp(action: AmiAction, { world }: ActionContext): AmiFields[] {
  const found = findChannel(world, headerOf(action, 'channel'));
  if (found === null) return refusal('No such channel');
  // After the answer, as the real one does.
  setImmediate(() => found.call.hangUp(Number(headerOf(action, 'cause')) || 0));
  return [
    [
      ['Response', 'Success'],
      ['Message', 'Channel Hungup'],
    ],
  ];
}

/** By name or, in any case, by Uniqueid. */
function findChannel(
  world: SimulatedWorld,
  wanted: string,
): { call: LiveCall; channel: Channel } | null {
  for (const call of world.calls.values()) {
    for (const channel of call.channels) {
      const isWanted =
        channel.name === wanted || channel.uniqueid.toLowerCase() === wanted.toLowerCase();
      if (isWanted) return { call, channel };
    }
  }
  return null;
}

function list(
  message: string,
  name: string,
  channels: readonly Channel[],
  describe: (channel: Channel) => AmiFields,
): AmiFields[] {
  return [
    [
      ['Response', 'Success'],
      ['EventList', 'start'],
      ['Message', message],
    ],
    ...channels.map(describe),
    [
      ['Event', `${name}Complete`],
      ['EventList', 'Complete'],
      ['ListItems', channels.length],
    ],
  ];
}
