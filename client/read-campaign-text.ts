import { parse, YAMLParseError } from 'yaml';
import { readCampaignFile, type KnownNames } from '../domain/campaign-file.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import { ConfigError } from '../domain/errors.ts';

/**
 * The settings in a campaign file's text, YAML or JSON.
 * @throws ConfigError with all faults, each with the key it is about
 */
export function readCampaignText(
  text: string,
  known: KnownNames,
): { settings: CampaignSettings; warnings: readonly string[] } {
  const reading = readCampaignFile(parseText(text), known);
  if (!reading.ok) throw new ConfigError(reading.faults);
  return reading;
}

function parseText(text: string): unknown {
  try {
    // Aliases can make a small file expand without end; a campaign needs none.
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const message =
      error instanceof YAMLParseError ? error.message.split('\n')[0] : (error as Error).message;
    throw new ConfigError([{ path: '', message: `this is neither YAML nor JSON: ${message}` }]);
  }
}
