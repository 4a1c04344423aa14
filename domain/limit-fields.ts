import type { z } from 'zod';
import {
  duration,
  list,
  optional,
  required,
  section,
  wholeNumber,
  word,
  type Wrong,
} from './campaign-fields.ts';
import { callStatuses, type CallStatus } from './call-status.ts';
import type { Cap, CoolOff, LimitScope } from './campaign-settings.ts';
import { durationText } from './duration.ts';

/** Caps and cool-offs as a campaign file and a rule pack write them. */

const scopes: readonly LimitScope[] = ['person', 'campaign', 'contact'];

// What an attempt can end with; nobody was called where a contact is restricted or cancelled.
const endings = callStatuses.filter((status) => status !== 'restricted' && status !== 'cancelled');
const ending = required(word(endings, 'the call status of an attempt'));

/** The keys of a cap; capOf makes it one. */
export const capKeys = {
  max: required(wholeNumber(1, 1_000)),
  per: required(period),
  scope: optional(word(scopes, 'a scope'), 'person' as const),
  counts: list(ending, 1).optional(),
};

/** The keys of a cool-off; coolOffOf makes it one. */
export const coolOffKeys = {
  after: list(ending, 1),
  for: required(duration('1s', '365d')),
  scope: optional(word(scopes, 'a scope'), 'person' as const),
};

export const capSection = section(capKeys);
export const coolOffSection = section(coolOffKeys);

/** `owner` stands before the figures where a refusal names the rule: a pack, or a key of the campaign. */
export function capOf(owner: string, keys: z.output<typeof capSection>): Cap {
  const { max, per, scope, counts } = keys;
  const what = counts === undefined ? (max === 1 ? 'call' : 'calls') : counts.join('/');
  const when = per === null ? 'a day' : `in ${durationText(per)}`;
  return {
    rule: `${owner}: ${max} ${what} ${when}${scopeTexts[scope]}`,
    max,
    perMs: per,
    scope,
    counts: counts === undefined ? null : [...new Set(counts)],
  };
}

/** The usual scope, all calls to the phone, needs no words. */
const scopeTexts: Readonly<Record<LimitScope, string>> = {
  person: '',
  campaign: ' in one campaign',
  contact: ' to one contact',
};

/** See capOf. */
export function coolOffOf(owner: string, keys: z.output<typeof coolOffSection>): CoolOff {
  const { after, for: forMs, scope } = keys;
  return {
    rule: `${owner}: ${durationText(forMs)} after ${after.join('/')}${scopeTexts[scope]}`,
    after: [...new Set<CallStatus>(after)],
    forMs,
    scope,
  };
}

/** null: a calendar day. */
function period(value: unknown): number | null | Wrong {
  return value === 'day' ? null : duration('1m', '365d')(value);
}
