import type { z } from 'zod';
import { list, required, section, text, word } from './campaign-fields.ts';
import type { AdoptedRulePack, Cap, CoolOff } from './campaign-settings.ts';
import { packWindowSection } from './calling-window-fields.ts';
import type { Fault } from './errors.ts';
import { faultsOfIssue } from './faults-of-issue.ts';
import { calendarDay } from './holidays.ts';
import { capKeys, capOf, coolOffKeys, coolOffOf } from './limit-fields.ts';

/**
 * A rule pack: calling windows, caps and cool-offs of a law or a regulator as data, dated, each figure
 * with its source. A campaign names it in `rules`; what it says is then stored with the campaign's
 * settings, so that a pack that changes later changes no campaign.
 */
export interface RulePack extends AdoptedRulePack {
  readonly caps: readonly Cap[];
  readonly coolOffs: readonly CoolOff[];
  /** What the law asks for and no key can say, in sentences. */
  readonly notRepresented: readonly string[];
}

export type RulePackReading =
  | { readonly ok: true; readonly content: RulePack }
  | { readonly ok: false; readonly faults: Fault[] };

/** Checks a parsed pack and reports all faults at once. `name` is what campaigns call it by. */
export function readRulePack(name: string, value: unknown): RulePackReading {
  const reading = packFile.safeParse(value);
  if (!reading.success) return { ok: false, faults: reading.error.issues.flatMap(faultsOfIssue) };
  return { ok: true, content: packOf(name, reading.data) };
}

const line = required(text(/^[^\p{Cc}]{1,600}$/u, 'write this in one line'));

/** Where a figure is from, and what it says in plain words. */
const sourced = {
  law: line,
  url: required(text(/^https?:\/\/\S{1,300}$/, 'write the address of the official text')),
  // Whether the law itself was read for it, or only what others say of it.
  read: required(word(['text', 'summary'] as const, 'how it was read')),
  says: line,
};

const packFile = section({
  title: line,
  jurisdiction: line,
  date: required(calendarDay),
  callingWindows: section({ windows: list(packWindowSection, 1), ...sourced }).optional(),
  caps: list(section({ ...capKeys, ...sourced }), 0).default([]),
  coolOffs: list(section({ ...coolOffKeys, ...sourced }), 0).default([]),
  notRepresented: list(line, 1),
});

function packOf(name: string, keys: z.output<typeof packFile>): RulePack {
  return {
    name,
    date: keys.date,
    title: keys.title,
    windows: keys.callingWindows?.windows ?? [],
    caps: keys.caps.map((cap) => capOf(name, cap)),
    coolOffs: keys.coolOffs.map((coolOff) => coolOffOf(name, coolOff)),
    notRepresented: keys.notRepresented,
  };
}
