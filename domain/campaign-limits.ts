import type { z } from 'zod';
import type { CampaignSettings } from './campaign-settings.ts';
import { capOf, coolOffOf, type capSection, type coolOffSection } from './limit-fields.ts';
import type { RulePack } from './rule-pack.ts';

/** The packs a campaign names, each once, in its order. */
export function packsOf(
  names: readonly string[],
  known: Readonly<Record<string, RulePack>>,
): readonly RulePack[] {
  return [...new Set(names)].flatMap((name) => known[name] ?? []);
}

/** What the file of a campaign says of limits, as it was read. */
interface OwnLimits {
  readonly attempts: {
    readonly perContact: number | null;
    readonly perNumberPerDay: number | null;
    readonly perPerson: number | null;
    readonly perPersonPerDay: number | null;
  };
  readonly caps: readonly z.output<typeof capSection>[];
  readonly coolOffs: readonly z.output<typeof coolOffSection>[];
}

/**
 * The limits of a campaign and of its packs in one, so that settings need no file any more. Keys that
 * would be empty are absent: most campaigns have none of them.
 */
export function limitsOf(
  own: OwnLimits,
  packs: readonly RulePack[],
): Pick<CampaignSettings, 'attempts' | 'caps' | 'coolOffs' | 'rules'> {
  const caps = [
    ...own.caps.map((cap, index) => capOf(`caps[${index}]`, cap)),
    ...packs.flatMap((pack) => pack.caps),
  ];
  const coolOffs = [
    ...own.coolOffs.map((coolOff, index) => coolOffOf(`coolOffs[${index}]`, coolOff)),
    ...packs.flatMap((pack) => pack.coolOffs),
  ];
  const rules = packs.map(({ name, date, title, windows }) => ({ name, date, title, windows }));
  return {
    attempts: attemptsOf(own.attempts),
    ...(caps.length === 0 ? {} : { caps }),
    ...(coolOffs.length === 0 ? {} : { coolOffs }),
    ...(rules.length === 0 ? {} : { rules }),
  };
}

function attemptsOf(own: OwnLimits['attempts']): CampaignSettings['attempts'] {
  const { perPerson, perPersonPerDay, ...attempts } = own;
  return {
    ...attempts,
    ...(perPerson === null ? {} : { perPerson }),
    ...(perPersonPerDay === null ? {} : { perPersonPerDay }),
  };
}

/** Said when a campaign takes a pack over. */
export function packWarning({ name, date, notRepresented }: RulePack): string {
  const missing = notRepresented.join(' ');
  return `rules: ${name} (${date}) is no legal advice, and does not do this: ${missing}`;
}
