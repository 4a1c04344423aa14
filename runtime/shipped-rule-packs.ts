import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRulePack, type RulePack } from '../domain/rule-pack.ts';
import { readYamlFile } from './read-named-files.ts';

// In a checkout at its root, in the built program beside this folder: scripts/copy-assets.mjs.
const folder = new URL('../rules/', import.meta.url);

/** Names of the packs that come with the product: the names of their files. */
export function shippedRulePackNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/** The packs that come with the product. A bad one is a bug: throws a plain Error. */
export function shippedRulePacks(): readonly RulePack[] {
  return shippedRulePackNames().map((name) => {
    const file = fileURLToPath(new URL(`${name}.yaml`, folder));
    const reading = readYamlFile(file, (content) => readRulePack(name, content));
    if (!reading.ok) throw new Error(reading.message);
    return reading.content;
  });
}
