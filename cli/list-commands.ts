import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { attemptTable, numberTable } from './list-tables.ts';
import { printRows } from './print-rows.ts';
import { addReclassifyCommand } from './reclassify-command.ts';

export function addListCommands(program: Command, cli: Cli): void {
  program
    .command('numbers')
    .description('List the numbers of a campaign with what came of each.')
    .argument('<campaign>', 'campaign')
    .option('--json', 'one JSON object per line, with ids and full numbers')
    .addHelpText('after', '\nExample:\n  $ dialer numbers spring-renewals --json | jq .callStatus')
    .action((campaign: string, options: { json?: true }) =>
      cli.withClient((client) =>
        printRows(cli, client.numbers(campaign), { columns: numberTable, json: options.json }),
      ),
    );
  const attempts = program
    .command('attempts')
    .description('List every attempt of a campaign with its raw evidence.')
    .usage('[options] <campaign>\n       dialer attempts reclassify [options] <campaign>')
    .argument('<campaign>', 'campaign')
    .option('--json', 'one JSON object per line, with ids and full numbers')
    .helpCommand(false)
    .addHelpText('after', '\nExample:\n  $ dialer attempts spring-renewals --json | jq .rule')
    .action((campaign: string, options: { json?: true }) =>
      cli.withClient((client) =>
        printRows(cli, client.attempts(campaign), { columns: attemptTable, json: options.json }),
      ),
    );
  addReclassifyCommand(attempts, cli);
}
