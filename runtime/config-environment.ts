import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Fault } from '../domain/errors.ts';
import {
  entryKeys,
  entryValues,
  namedSections,
  plainKeys,
  valueSections,
  type NamedSection,
} from './config-sections.ts';

/** A variable's value and its name, for messages. */
export interface EnvironmentValue {
  readonly variable: string;
  readonly value: string;
}

export interface ConfigOverlay {
  /** The file's sections with what the environment says laid over them. */
  readonly sections: Record<string, unknown>;
  /** AMI secrets by PBX name: they come from here or from a secretFile, never from a key of the file. */
  readonly secrets: ReadonlyMap<string, EnvironmentValue>;
  /** Which variable set a path such as `http.port`. */
  readonly origins: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

type Sections = Record<string, unknown>;

/**
 * Lays environment variables over the file: `DIALER_` + section + (name) + key, in upper case with `_`
 * between words, for example DIALER_HTTP_PORT, DIALER_TRUNKS_CARRIER_A_CALLS_PER_SECOND. A name that
 * the file has keeps its spelling; a new one is lower case with hyphens. An empty value counts as not
 * set. A variable of a known section that names no key is a fault.
 */
export function overlayEnvironment(
  file: Readonly<Sections>,
  env: Readonly<Record<string, string | undefined>>,
): ConfigOverlay {
  const sections = structuredClone(file) as Sections;
  const secrets = new Map<string, EnvironmentValue>();
  const origins = new Map<string, string>();
  const faults: Fault[] = [];
  for (const [variable, value] of Object.entries(env).sort(byName)) {
    if (value === undefined || value === '') continue;
    const target = targetOf(variable, sections);
    if (target === 'other') continue;
    if (target === 'unknown') faults.push({ path: variable, message: 'names no known key' });
    else if (target.key === 'secret') secrets.set(target.path[1] ?? '', { variable, value });
    else {
      origins.set([...target.path, target.key].join('.'), variable);
      place(sections, [...target.path, target.key], typed(value, target.schema));
    }
  }
  for (const name of secrets.keys()) openEntry(sections, ['pbxs', name]);
  return { sections, secrets, origins, faults };
}

interface Target {
  readonly path: readonly string[];
  readonly key: string;
  readonly schema: z.ZodType;
}

// Variables that begin like a section but are settings of a tool around the engine.
const notConfiguration = new Set(['DIALER_TEMPORAL_BINARY']);

function targetOf(variable: string, sections: Sections): Target | 'unknown' | 'other' {
  if (notConfiguration.has(variable)) return 'other';
  for (const [section, keys] of Object.entries(plainKeys)) {
    const rest = after(variable, section);
    if (rest === null) continue;
    const found = Object.entries(keys).find(([key]) => upper(key) === rest);
    return found ? { path: [section], key: found[0], schema: found[1] } : 'unknown';
  }
  for (const section of namedSections) {
    const rest = after(variable, section);
    if (rest !== null) return entryTarget(section, rest, sections);
  }
  for (const section of valueSections) {
    const rest = after(variable, section);
    if (rest === null) continue;
    const key = nameLike(rest, sections[section]);
    return { path: [section], key, schema: entryValues[section] };
  }
  return 'other';
}

function entryTarget(section: NamedSection, rest: string, sections: Sections): Target | 'unknown' {
  const keys: Record<string, z.ZodType> = { ...entryKeys[section] };
  if (section === 'pbxs') keys['secret'] = z.string();
  // The longest key that fits: SECRET_FILE before FILE, were there such a key.
  const fitting = Object.entries(keys)
    .filter(([key]) => rest.endsWith(`_${upper(key)}`) && rest.length > upper(key).length + 1)
    .sort(([a], [b]) => upper(b).length - upper(a).length);
  const [best] = fitting;
  if (!best) return 'unknown';
  const spelled = rest.slice(0, -upper(best[0]).length - 1);
  return { path: [section, nameLike(spelled, sections[section])], key: best[0], schema: best[1] };
}

function nameLike(spelled: string, entries: unknown): string {
  const names = isSection(entries) ? Object.keys(entries) : [];
  return (
    names.find((name) => upper(name) === spelled) ?? spelled.toLowerCase().replaceAll('_', '-')
  );
}

function after(variable: string, section: string): string | null {
  const prefix = `DIALER_${upper(section)}_`;
  return variable.startsWith(prefix) ? variable.slice(prefix.length) : null;
}

/** callsPerSecond → CALLS_PER_SECOND, carrier-a → CARRIER_A. */
export function upper(word: string): string {
  return word
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .replaceAll('-', '_')
    .toUpperCase();
}

function typed(value: string, schema: z.ZodType): unknown {
  if (value.startsWith('{')) return sectionOf(value) ?? value;
  // What does not read as a number or flag stays text, and the schema refuses it with its own words.
  if (schema.safeParse(value).success) return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?[0-9]+(?:\.[0-9]+)?$/.test(value) ? Number(value) : value;
}

/** A section in one variable, as YAML writes it on one line; null when it is none. */
function sectionOf(value: string): Sections | null {
  try {
    const section: unknown = parseYaml(value);
    return isSection(section) ? section : null;
  } catch {
    return null;
  }
}

function place(sections: Sections, path: readonly string[], value: unknown): void {
  const parent = openEntry(sections, path.slice(0, -1));
  if (parent) parent[path.at(-1) ?? ''] = value;
}

/** The section at this path, made where it is missing; null where the file holds something else there. */
function openEntry(sections: Sections, path: readonly string[]): Sections | null {
  let at = sections;
  for (const step of path) {
    const next = at[step] ?? (at[step] = {});
    if (!isSection(next)) return null;
    at = next;
  }
  return at;
}

export function isSection(value: unknown): value is Sections {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
