import { agents } from './plan/agents.ts';
import { answers } from './plan/answers.ts';
import { machines } from './plan/machines.ts';
import type { Outcome } from './plan/outcome.ts';
import { reasonHeaders } from './plan/reason-headers.ts';
import { ringing } from './plan/ringing.ts';
import { sipRefusals, unlistedRefusal } from './plan/sip-refusals.ts';
import { transfers } from './plan/transfers.ts';

export type { FarEndBehaviour, Outcome as FarEnd } from './plan/outcome.ts';

/**
 * The carrier plan: what the far end does with a call, by the last three digits of the number
 * dialled. One table drives the carrier's dialplan on a real Asterisk, the simulator, and the tests
 * that compare the two, so a number means the same everywhere. The codes are SIP's own where there is
 * one; from 300 to 699 each is, whether it has a row or not. The fourth digit from the end says for how
 * long: 1–9, only the first so many calls to that number meet the far end described and later ones are
 * answered like 200, so that redialling has an end; 0, always.
 */
export const carrierPlan: readonly Outcome[] = [
  ...answers,
  ...agents,
  ...transfers,
  ...machines,
  ...ringing,
  ...reasonHeaders,
  ...sipRefusals,
];

const byCode: ReadonlyMap<string, Outcome> = new Map(carrierPlan.map((row) => [row.code, row]));

/**
 * What meets a call to `dialled` (a plus sign and other non-digits are ignored) when that number was
 * called `earlierCalls` times before. Digits that are neither in the plan nor a final SIP code do not
 * exist, like 404.
 */
export function farEndOf(dialled: string, earlierCalls: number): Outcome {
  const digits = dialled.replace(/\D/g, '');
  const times = Number(digits.at(-4) ?? '0');
  const code = times > 0 && earlierCalls >= times ? '200' : digits.slice(-3);
  return farEndIfAny(code) ?? farEndOfCode('404');
}

/** The row of a code, listed or a final SIP code; throws on any other. */
export function farEndOfCode(code: string): Outcome {
  const row = farEndIfAny(code);
  if (row === undefined) throw new Error(`the carrier plan has no code ${code}`);
  return row;
}

function farEndIfAny(code: string): Outcome | undefined {
  const row = byCode.get(code);
  if (row !== undefined) return row;
  return /^[3-6]\d\d$/.test(code) ? unlistedRefusal(Number(code)) : undefined;
}
