import { Option } from 'commander';

/** `--pbx` of the commands that start the engine. */
export function pbxOption(): Option {
  return new Option(
    '--pbx <kind>',
    'PBX to start when none is configured; auto: Asterisk if installed',
  )
    .choices(['auto', 'asterisk', 'simulator'])
    .default('auto');
}
