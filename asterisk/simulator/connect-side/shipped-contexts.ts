import type { AnsweredCall, Place } from './answered-call.ts';

/** Contexts of asterisk/config/extensions-dialer.conf. */
export const shippedContexts = {
  answered: 'dialer-answered',
  agent: 'dialer-agent',
  machines: 'dialer-amd',
  connect: 'dialer-connect',
} as const;

const hangUp = 'Hangup()';
const greeting = ['Playback(hello-world)', hangUp];

/** Steps of an extension of the shipped dialplan for this call; null when the context is not one of them. */
export function shippedSteps(
  { order }: AnsweredCall,
  { context, exten }: Place,
): readonly string[] | null {
  const variable = (name: string) => order.variables.get(name) ?? '';
  const agent = variable('DIALER_AGENT');
  const agentFirst = agent === '' ? [] : [`Dial(${agent},20)`];
  switch (context) {
    case shippedContexts.answered:
      return [...agentFirst, ...greeting];
    case shippedContexts.agent: {
      const next = goTo(variable('DIALER_FALLBACK'));
      const fallback = next === null ? [hangUp] : ['UserEvent(DialerStep,Step: fallback)', next];
      return [...agentFirst, ...fallback];
    }
    case shippedContexts.machines:
      return machineSteps(exten, variable);
    case shippedContexts.connect:
      return connectSteps(exten);
    default:
      return null;
  }
}

/** `message`, `person` and `end` are labels of extension s there. */
function machineSteps(exten: string, variable: (name: string) => string): readonly string[] {
  const message = variable('DIALER_MESSAGE');
  if (exten === 's') return ['AMD()'];
  if (exten === 'person') return [goTo(variable('DIALER_CONNECT')) ?? hangUp];
  if (exten === 'end' || message === '') return [hangUp];
  return [
    'WaitForSilence(2000,1,30)',
    'UserEvent(DialerStep,Step: message_started)',
    `Playback(${message})`,
    'UserEvent(DialerStep,Step: message_left)',
    hangUp,
  ];
}

function connectSteps(exten: string): readonly string[] {
  const [, kind, target] = /^(queue|play|agent)_(.+)$/.exec(exten) ?? [];
  switch (kind) {
    case 'queue':
      return [`Queue(${target})`, hangUp];
    case 'play':
      return [`Playback(${target})`, hangUp];
    case 'agent':
      return [`Dial(${target},20)`, hangUp];
    default:
      return [hangUp];
  }
}

/** From `extension@context`; the context follows the last @. */
function goTo(address: string): string | null {
  const [, exten, context] = /^(.+)@([^@]+)$/.exec(address) ?? [];
  return exten === undefined ? null : `Goto(${context},${exten},1)`;
}
