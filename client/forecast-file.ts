import { ConfigError, type Fault } from '../domain/errors.ts';
import { assumedDurations } from '../domain/forecast/call-durations.ts';
import { readEndings } from '../domain/forecast/call-outcomes.ts';
import { forecastCampaign } from '../domain/forecast/forecast-campaign.ts';
import type { Forecast } from '../domain/forecast/forecast.ts';
import { readShares, type SharesReading } from '../domain/forecast/shares.ts';
import { isTimeZone } from '../domain/local-day.ts';
import { embeddedTrunkLimits, embeddedTrunkName } from '../domain/trunk-limits.ts';
import type { DialerConfig } from '../runtime/config.ts';
import { knownNames } from './known-names.ts';
import { readCampaignText } from './read-campaign-text.ts';

/** What a forecast cannot know from the campaign file. */
export interface ForecastOptions {
  /** How many contacts; 1 to 1 000 000. */
  readonly contacts: number;
  /** How attempts end, by call status: `busy=10%,no_answer=35%,answered=55%`; adds up to 100 %. */
  readonly outcomes: string;
  /** Default: now. */
  readonly start?: Date;
  /** Mean conversation, in milliseconds; default 90 000. */
  readonly talkMs?: number;
  /** Numbers of each contact, 1 to 10; default 1. */
  readonly numbersPerContact?: number;
  /** Zones of the contacts: `America/Mexico_City=70%,America/Tijuana=30%`; default: the campaign's. */
  readonly zones?: string;
  /** A whole number; default 1. */
  readonly seed?: number;
}

/**
 * What a campaign is expected to do, from its file alone: no engine, no Postgres and no Temporal is asked.
 * @throws ConfigError (a bad file or option)
 */
export function forecastFile(
  config: Pick<DialerConfig, 'trunks' | 'agents' | 'calendars' | 'rulePacks'>,
  file: string,
  options: ForecastOptions,
): { readonly forecast: Forecast; readonly warnings: readonly string[] } {
  const trunks = trunksOf(config);
  const { settings, warnings } = readCampaignText(file, knownNames(config, Object.keys(trunks)));
  const outcomes = readEndings(options.outcomes);
  const zones = options.zones === undefined ? null : readZones(options.zones);
  const faults = [...faultsOf('outcomes', outcomes), ...faultsOf('zones', zones)];
  if (!outcomes.ok || zones?.ok === false) throw new ConfigError(faults);
  const {
    contacts,
    numbersPerContact = 1,
    start = new Date(),
    talkMs = 90_000,
    seed = 1,
  } = options;
  const forecast = forecastCampaign({
    settings,
    trunks,
    contacts,
    numbersPerContact,
    zones: zones?.shares ?? null,
    outcomes: outcomes.shares,
    durations: assumedDurations(settings, talkMs),
    start,
    seed,
  });
  const hears = settings.answeringMachine !== null;
  const isUnheard = !hears && outcomes.shares.some((share) => share.of === 'voicemail');
  return { forecast, warnings: isUnheard ? [...warnings, unheardMachines] : warnings };
}

const unheardMachines =
  'outcomes: the campaign listens for no answering machines, so that calls they take would end as answered';

function trunksOf({ trunks }: Pick<DialerConfig, 'trunks'>) {
  return Object.keys(trunks).length > 0 ? trunks : { [embeddedTrunkName]: embeddedTrunkLimits };
}

function readZones(text: string): SharesReading<string> {
  return readShares(text, {
    isKnown: (word: string): word is string => isTimeZone(word),
    unknown: 'this is not a time zone: write an IANA name such as America/Mexico_City',
    example: 'a time zone and how many of the contacts are in it, such as America/Tijuana=30%',
    rest: 'America/Mexico_City',
  });
}

function faultsOf(option: string, reading: SharesReading<string> | null): readonly Fault[] {
  if (reading === null || reading.ok) return [];
  return reading.faults.map(({ path, message }) => ({
    path: path === '' ? option : `${option}, ${path}`,
    message,
  }));
}
