import { InvalidArgumentError, type Command } from 'commander';
import { forecastFile } from '../client/forecast-file.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Cli } from './cli.ts';
import { forecastText } from './forecast-text.ts';
import { readInputText } from './read-input-file.ts';
import { readTime } from './read-time.ts';

interface ForecastFlags {
  readonly contacts: number;
  readonly outcomes: string;
  readonly start?: Date;
  readonly talk?: number;
  readonly numbers: number;
  readonly zones?: string;
  readonly seed: number;
  readonly json?: true;
}

export function addForecastCommand(campaign: Command, cli: Cli): void {
  campaign
    .command('forecast')
    .description('Tell what a campaign file would do, by the rules that dial; needs no engine.')
    .argument('<file>', 'campaign file, YAML or JSON; - for standard input')
    .requiredOption('--contacts <count>', 'how many contacts', wholeNumber(1, 1_000_000))
    .requiredOption('--outcomes <shares>', 'how attempts end: call statuses that add up to 100%')
    .option('--start <time>', 'when it starts, ISO 8601 (default: now)', readTime)
    .option('--talk <duration>', 'mean conversation, 1s to 4h (default: 90s)', talkTime)
    .option('--numbers <count>', 'numbers of each contact, 1 to 10', wholeNumber(1, 10), 1)
    .option('--zones <shares>', "zones of the contacts, 100% together (default: the campaign's)")
    .option('--seed <number>', 'of the pseudo-random outcomes', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  $ dialer campaign forecast spring.yaml --contacts 20000 \\\n' +
        '      --outcomes answered=40%,no_answer=40%,busy=15%,invalid_number=5%',
    )
    .action(async (file: string, { talk, numbers, json, ...flags }: ForecastFlags) => {
      const config = cli.config();
      const text = await readInputText(file, cli.terminal);
      const options = { ...flags, talkMs: talk ?? 90_000, numbersPerContact: numbers };
      const { forecast, warnings } = forecastFile(config, text, options);
      for (const warning of warnings) cli.say(`warning: ${warning}`);
      await (json ? cli.printJson(forecast) : cli.print(forecastText(forecast)));
    });
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d{1,10}$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}

function talkTime(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms > 4 * 3_600_000) {
    throw new InvalidArgumentError('Write a whole number and a unit, at most 4h, such as 90s.');
  }
  return ms;
}
