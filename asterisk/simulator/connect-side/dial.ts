import { normalClearing } from '../simulated-call.ts';
import { dialPhone, ringUnanswered } from './agent-phone.ts';
import type { AnsweredCall, Sequel } from './answered-call.ts';
import type { DialplanStep } from './read-step.ts';
import { talkTo } from './talk.ts';

/** Dial(endpoint,seconds,options): one endpoint; of the options only `g`, go on when it has left. */
export async function dial(call: AnsweredCall, { parts }: DialplanStep): Promise<Sequel> {
  const [endpoint = '', seconds = '', options = ''] = parts;
  const leg = dialPhone(call, call.own, endpoint);
  if (leg === null || leg.state === 'refused') return 'next';
  if (leg.state === 'ringing') {
    await ringUnanswered(call, leg, secondsOf(seconds));
    return 'next';
  }
  const sequel = await talkTo(call, leg);
  call.told = normalClearing;
  return sequel === 'left' ? (options.includes('g') ? 'next' : 'hang up') : sequel;
}

/** No number: as long as it takes. */
export function secondsOf(text: string): number {
  return text === '' ? Infinity : Number(text);
}
