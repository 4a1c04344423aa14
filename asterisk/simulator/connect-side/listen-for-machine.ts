import { userEvent } from '../connect-events.ts';
import { emitAll } from '../simulated-call.ts';
import type { AnsweredCall, Sequel } from './answered-call.ts';
import { shippedContexts } from './shipped-contexts.ts';

/** A sound the far end plays on answering, for who listens. */
interface HeardSound {
  readonly status: 'HUMAN' | 'MACHINE';
  readonly cause: string;
  /** AMD() knows after so long, and the sound is over after so long. */
  readonly detectedMs: number;
  readonly lengthMs: number;
}

/** As measured with the sounds of asterisk/sounds and the shipped amd.conf. */
const sounds: Readonly<Record<string, HeardSound>> = {
  greeting: { status: 'MACHINE', cause: 'MAXWORDS-4-3', detectedMs: 1_750, lengthMs: 7_800 },
  hello: { status: 'HUMAN', cause: 'HUMAN-800-800', detectedMs: 1_800, lengthMs: 500 },
};
const silence: HeardSound = {
  status: 'MACHINE',
  cause: 'INITIALSILENCE-2500-2500',
  detectedMs: 3_000,
  lengthMs: 0,
};

/** What AMD() makes of what the far end says; a sound that was not measured is heard as silence. */
export function soundOf({ behaviour }: AnsweredCall['line']): HeardSound {
  const says = behaviour.kind === 'answer' ? behaviour.says : undefined;
  return (says === undefined ? silence : sounds[says]) ?? silence;
}

/** AMD() and what the shipped dialplan makes of it. */
export async function listenForMachine(call: AnsweredCall): Promise<Sequel> {
  const heard = soundOf(call.line);
  const known = await call.life.lasts(heard.detectedMs);
  const found = known ? heard : { status: 'HANGUP', cause: '' };
  emitAll(
    call,
    userEvent(call.own, 'DialerMachine', [
      ['Status', found.status],
      ['Cause', found.cause],
    ]),
  );
  const isMachine = heard.status === 'MACHINE' && heard !== silence;
  const action = isMachine ? (call.order.variables.get('DIALER_MACHINE') ?? '') : 'pass';
  const exten = { pass: 'person', message: 'message' }[action] ?? 'end';
  return { context: shippedContexts.machines, exten };
}

/** WaitForSilence(2000,1,30): the greeting is over, and two seconds more. */
export async function waitForSilence(call: AnsweredCall): Promise<Sequel> {
  const { lengthMs, detectedMs } = soundOf(call.line);
  await call.life.lasts(lengthMs - detectedMs + 2_000);
  return 'next';
}
