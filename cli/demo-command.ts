import { once } from 'node:events';
import type { Command } from 'commander';
import type { DialerConfig } from '../runtime/config.ts';
import { ConfigError } from '../domain/errors.ts';
import type { PbxChoice } from '../runtime/embedded-pbx.ts';
import type { Cli } from './cli.ts';
import { engineText } from './engine-text.ts';
import { pbxOption } from './pbx-option.ts';
import { runDemo } from './run-demo.ts';
import { openPartsLog } from './parts-log.ts';
import { startEngine, type RunningEngine } from './start-engine.ts';

export function addDemoCommand(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description(
      'Start the engine, dial the demo campaign on the embedded PBX, and show what came of it.',
    )
    .addOption(pbxOption())
    .option('--exit', 'end afterwards instead of staying up')
    .addHelpText('after', '\nA second demo dials nobody again and shows the same.')
    .action(async ({ pbx, exit }: { pbx: PbxChoice; exit?: true }) => {
      const stop = cli.terminal.stopSignal();
      const config = cli.config();
      refuseRealPbx(config);
      const log = openPartsLog(config.dataDir);
      cli.say(`starting; the log of the parts is ${log.file}`);
      const engine = await startEngine(cli, { config, pbx, onLog: log.write });
      try {
        await cli.print(`${engineText(engine)}\n`);
        await runDemo(cli);
        if (exit) return;
        await cli.print(`\n${stayingText(engine)}`);
        if (!stop.aborted) await once(stop, 'abort');
      } catch (error) {
        // Ctrl-C is how a demo ends; the next one goes on with what is left.
        if (!stop.aborted) throw error;
      } finally {
        await engine.stop();
      }
    });
}

function stayingText({ stack }: RunningEngine): string {
  const ui = stack.temporalUi === null ? '' : ` Every contact's workflow: ${stack.temporalUi}`;
  return `The engine stays up until Ctrl-C.${ui}`;
}

/** The demo's numbers are made up, and anybody may have them. */
function refuseRealPbx({ pbxs }: DialerConfig): void {
  if (Object.keys(pbxs).length === 0) return;
  const message = 'the demo dials only the embedded PBX: run it where no dialer.yaml names another';
  throw new ConfigError([{ path: 'pbxs', message }]);
}
