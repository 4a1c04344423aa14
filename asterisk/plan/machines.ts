import type { MachineAction } from '../../domain/evidence.ts';
import { connected, plainOrder, row } from './build-outcome.ts';
import type { ConnectSide } from './connect-side.ts';
import type { ExpectedOutcome, FarEndBehaviour, Outcome } from './outcome.ts';

const machine: FarEndBehaviour = { kind: 'answer', says: 'greeting', hangsUp: false };
const hello: FarEndBehaviour = { kind: 'answer', says: 'hello', hangsUp: false };

const voicemail = connected('voicemail', 'machine-detected', 16, 'us');
const answered = connected('answered', 'response-answer', 16, 'us');
const took = (by: 'contact' | 'us') => connected('answered', 'agent-took', 16, by);

/** Campaigns that listen for answering machines: context `dialer-amd` of the shipped dialplan. */
export const machines: readonly Outcome[] = [
  listened(
    '060',
    'is an answering machine, on which we hang up',
    machine,
    'hangup',
    'plays',
    voicemail,
  ),
  listened(
    '061',
    'is an answering machine, on which we leave a message',
    machine,
    'message',
    'plays',
    voicemail,
  ),
  listened(
    '062',
    'is an answering machine that an agent is to talk to',
    machine,
    'pass',
    'agent-leaves',
    voicemail,
  ),
  listened(
    '063',
    'is a person who says hello, and hears a greeting',
    hello,
    'hangup',
    'plays',
    answered,
  ),
  listened('064', 'is a person whom an agent takes', hello, 'hangup', 'agent-leaves', took('us')),
  listened(
    '065',
    'is a person whom no agent takes',
    hello,
    'message',
    'agent-does-not-take',
    connected('abandoned', 'abandoned-before-agent', 16, 'us'),
  ),
  listened(
    '066',
    'answers and is silent',
    { kind: 'answer', hangsUp: false },
    'hangup',
    'plays',
    answered,
    'AMD: INITIALSILENCE; silence proves nothing',
  ),
  listened(
    '067',
    'hangs up while we listen for a machine',
    { kind: 'answer', hangsUp: true },
    'hangup',
    'plays',
    connected('abandoned', 'abandoned-in-detection', 16, 'contact'),
    'AMD: HANGUP',
  ),
  listened(
    '068',
    'is an answering machine that is full and hangs up',
    { kind: 'answer', says: 'greeting', hangsUp: true, afterMs: 0 },
    'message',
    'plays',
    connected('voicemail', 'machine-detected', 16, 'contact'),
  ),
  listened(
    '069',
    'is a person whom an agent transfers',
    hello,
    'pass',
    'refer',
    connected('transferred', 'transfer-blind', 16, 'us', { transferredTo: '501' }),
  ),
];

function listened(
  code: string,
  title: string,
  behaviour: FarEndBehaviour,
  action: MachineAction,
  connectSide: ConnectSide,
  expected: ExpectedOutcome,
  source = 'Asterisk, app_amd: AMDSTATUS',
): Outcome {
  const order = { ...plainOrder, machine: action };
  return row(code, title, behaviour, expected, source, { order, connectSide });
}
