import { outcomesContext, departmentsContext } from '../../provision/outcomes-dialplan.ts';
import { userEvent } from '../connect-events.ts';
import { emitAll, normalClearing } from '../simulated-call.ts';
import type { AnsweredCall, Place, Sequel } from './answered-call.ts';
import { dial } from './dial.ts';
import { listenForMachine, waitForSilence } from './listen-for-machine.ts';
import { stepsByDigits, stepsOfDepartment } from './provisioned-dialplan.ts';
import { queue } from './queue.ts';
import { readStep, type DialplanStep } from './read-step.ts';
import { shippedSteps } from './shipped-contexts.ts';

type Application = (call: AnsweredCall, step: DialplanStep) => Sequel | Promise<Sequel>;

/** Runs the dialplan from an extension until the call is to end. */
export async function runExtension(call: AnsweredCall, start: Place): Promise<void> {
  let place: Place | null = start;
  while (place !== null) {
    call.own.context = place.context;
    call.own.exten = place.exten;
    place = await runSteps(call, stepsOf(call, place));
  }
}

async function runSteps(call: AnsweredCall, steps: readonly string[]): Promise<Place | null> {
  for (const [index, text] of steps.entries()) {
    call.own.priority = index + 1;
    const sequel = await runStep(call, text);
    if (call.life.whyOver() !== null || sequel === 'hang up') return null;
    if (sequel !== 'next') return sequel;
  }
  return null;
}

/** Runs one application, as Originate does that names one. */
export async function runStep(call: AnsweredCall, text: string): Promise<Sequel> {
  const step = readStep(text);
  call.own.application = step.application;
  call.own.data = step.data;
  const application = applications[step.application] ?? playback;
  return application(call, step);
}

/** A context that is not known here plays a greeting, as the shipped one does. */
function stepsOf(call: AnsweredCall, place: Place): readonly string[] {
  const { context, exten } = place;
  if (context === departmentsContext) return stepsOfDepartment(exten);
  if (context === outcomesContext) return stepsByDigits(call.line.number);
  return shippedSteps(call, place) ?? stepsByDigits('200');
}

/** What a dialplan of ours uses; anything else takes as long as a sound. */
const applications: Readonly<Record<string, Application>> = {
  AMD: listenForMachine,
  Dial: dial,
  Goto: (_call, { parts: [context = '', exten = ''] }) => ({ context, exten }),
  Gosub: reportTransfer,
  Hangup(call) {
    call.told ??= normalClearing;
    return 'hang up';
  },
  Playback: playback,
  Queue: queue,
  UserEvent(call, { parts: [name = '', detail = ''] }) {
    const [key = '', value = ''] = detail.split(': ');
    emitAll(call, userEvent(call.own, name, [[key, value]]));
    return 'next';
  },
  WaitForSilence: waitForSilence,
};

async function playback(call: AnsweredCall): Promise<Sequel> {
  await call.life.lasts(call.world.timing.playMs);
  return 'next';
}

/** Gosub(dialer-transfer,s,1(destination)) of the shipped dialplan. */
function reportTransfer(call: AnsweredCall, { data }: DialplanStep): Sequel {
  const [, destination] = /^dialer-transfer,s,1\((.*)\)$/.exec(data) ?? [];
  if (destination !== undefined) {
    emitAll(call, userEvent(call.own, 'DialerTransfer', [['Destination', destination]]));
  }
  return 'next';
}
