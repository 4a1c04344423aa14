import { once } from 'node:events';
import type { Command } from 'commander';
import type { PbxChoice } from '../runtime/embedded-pbx.ts';
import type { Cli } from './cli.ts';
import { engineText } from './engine-text.ts';
import { pbxOption } from './pbx-option.ts';
import { startEngine } from './start-engine.ts';

export function addUpCommand(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('Start the engine here and keep it running until Ctrl-C.')
    .addOption(pbxOption())
    .addHelpText(
      'after',
      `
Starts what dialer.yaml does not name (Postgres, Temporal, a PBX; data in .dialer/), brings the
database up to date and starts the workers. Ctrl-C or SIGTERM lets calls end, then leaves nothing
running; a second Ctrl-C ends at once. After a kill -9 the next \`dialer up\` goes on where it was.

Examples:
  $ dialer up
  $ dialer up --pbx simulator`,
    )
    .action(async ({ pbx }: { pbx: PbxChoice }) => {
      const stop = cli.terminal.stopSignal();
      const config = cli.config();
      for (const warning of config.warnings) cli.say(`warning: ${warning}`);
      const engine = await startEngine(cli, { config, pbx });
      try {
        await cli.print(engineText(engine));
        if (!stop.aborted) await once(stop, 'abort');
        cli.say('stopping: calls in progress may end, a second Ctrl-C ends at once');
      } finally {
        await engine.stop();
      }
    });
}
