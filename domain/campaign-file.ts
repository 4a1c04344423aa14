import type { z } from 'zod';
import { callingWindowSection, type Calendars } from './calling-window-fields.ts';
import {
  duration,
  list,
  optional,
  required,
  section,
  text,
  timeZone,
  wholeNumber,
  word,
  Wrong,
} from './campaign-fields.ts';
import type { CampaignSettings } from './campaign-settings.ts';
import { connectSection } from './connect-fields.ts';
import type { Fault } from './errors.ts';
import { faultsOfIssue } from './faults-of-issue.ts';
import { limitsOf, packsOf, packWarning } from './campaign-limits.ts';
import { capSection, coolOffSection } from './limit-fields.ts';
import { answeringMachineSection } from './machine-fields.ts';
import { isCountry } from './phone-number.ts';
import type { RulePack } from './rule-pack.ts';
import { campaignName, recycleSection, retargetSection } from './rule-fields.ts';
import { suppressionSection } from './suppression-fields.ts';

/** What dialer.yaml knows and a campaign file may name. */
export interface KnownNames {
  readonly trunks: readonly string[];
  readonly agents: readonly string[];
  /** The days of the calendars that `callingWindow.calendar` may name; default none. */
  readonly calendars?: Calendars;
  /** What `rules` may name; default none. */
  readonly rulePacks?: Readonly<Record<string, RulePack>>;
}

export type CampaignFileReading =
  | { readonly ok: true; readonly settings: CampaignSettings; readonly warnings: string[] }
  | { readonly ok: false; readonly faults: Fault[] };

/**
 * Checks a parsed campaign file (YAML or JSON) and fills in its defaults. Reports all faults at
 * once; a key that is not known is one of them. Circles among retarget rules need the other
 * campaigns and are found by findRetargetCircle.
 */
export function readCampaignFile(value: unknown, known: KnownNames): CampaignFileReading {
  const rulePacks = known.rulePacks ?? {};
  const reading = campaignSection({ ...known, rulePacks }, nameOf(value)).safeParse(value);
  if (!reading.success) return { ok: false, faults: reading.error.issues.flatMap(faultsOfIssue) };
  const { rules, ...keys } = reading.data;
  const packs = packsOf(rules, rulePacks);
  const settings = settingsOf(keys, packs);
  return { ok: true, settings, warnings: [...warningsOf(settings), ...packs.map(packWarning)] };
}

type CampaignKeys = z.output<ReturnType<typeof campaignSection>>;

function campaignSection(known: KnownNames, ownName: unknown) {
  return section({
    name: required(campaignName),
    trunks: list(required(word(known.trunks, 'a trunk of dialer.yaml')), 1),
    defaultCountry: optional(country, null),
    timeZone: optional(timeZone(), 'UTC'),
    callerId: optional(callerId, null),
    ringTimeout: optional(duration('5s', '120s'), 30_000),
    connect: connectSection(known.agents),
    answeringMachine: answeringMachineSection.optional(),
    callingWindow: callingWindowSection(known.calendars ?? {}).optional(),
    attempts: section({
      perContact: optional(wholeNumber(1, 100), null),
      perNumberPerDay: optional(wholeNumber(1, 100), null),
      perPerson: optional(wholeNumber(1, 1_000), null),
      perPersonPerDay: optional(wholeNumber(1, 100), null),
    }).default({ perContact: null, perNumberPerDay: null, perPerson: null, perPersonPerDay: null }),
    caps: list(capSection, 0).default([]),
    coolOffs: list(coolOffSection, 0).default([]),
    rules: list(rulePack(known), 0).default([]),
    recycle: recycleSection.default({}),
    retarget: list(retargetSection(known.agents, ownName), 0).default([]),
    suppression: suppressionSection.optional(),
  });
}

function rulePack({ rulePacks = {} }: KnownNames) {
  return required(word(Object.keys(rulePacks), 'a rule pack'));
}

function nameOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
}

function country(value: unknown): string | Wrong {
  return typeof value === 'string' && isCountry(value)
    ? value
    : new Wrong('this is not a country: write its two letters in upper case, such as MX');
}

// Quotes, angle brackets and line breaks would change the header it is sent in.
const callerId = text(
  /^(?:[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'&()-]{0,59} <\+?[0-9]{3,18}>|\+?[0-9]{3,18})$/u,
  'write digits, or a name and digits such as "Acme <525550001111>"',
);

function settingsOf(
  keys: Omit<CampaignKeys, 'rules'>,
  packs: readonly RulePack[],
): CampaignSettings {
  const { ringTimeout, callingWindow, answeringMachine, suppression, trunks, ...others } = keys;
  const { attempts, caps, coolOffs, ...rest } = others;
  return {
    ...rest,
    ...limitsOf({ attempts, caps, coolOffs }, packs),
    trunks: [...new Set(trunks)],
    ringTimeoutMs: ringTimeout,
    answeringMachine: answeringMachine ?? null,
    callingWindow: callingWindow ?? null,
    ...(suppression === undefined ? {} : { suppression }),
  };
}

function warningsOf({ ringTimeoutMs, attempts, retarget }: CampaignSettings): string[] {
  const warnings: string[] = [];
  if (ringTimeoutMs < 15_000) {
    warnings.push(
      'ringTimeout: regulators ask for at least 15s, or four rings, before giving up on a call',
    );
  }
  const cap = attempts.perContact ?? Number.POSITIVE_INFINITY;
  retarget.forEach(({ when }, index) => {
    if (when.attempts < cap) return;
    warnings.push(
      `retarget[${index}]: never applies, because attempts.perContact ends the contact before it`,
    );
  });
  return warnings;
}
