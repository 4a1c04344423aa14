import type { Command } from 'commander';
import type {
  SuppressionEntryOptions,
  SuppressionRemovalOptions,
  SuppressionScope,
} from '../client/dialer-client.ts';
import type { Cli } from './cli.ts';
import { printRows } from './print-rows.ts';
import { readExpiryOption, readListDateOption } from './read-list-date.ts';
import { addSuppressImport } from './suppress-import-command.ts';
import {
  suppressionCheckText,
  suppressionListTable,
  suppressionTable,
} from './suppression-text.ts';

export function addSuppressCommands(program: Command, cli: Cli): void {
  const suppress = program
    .command('suppress')
    .description('The Do-Not-Call lists: numbers that are never dialled.')
    .addHelpText(
      'after',
      `
Examples:
  $ dialer suppress add "+52 55 5010 1200" --reason "asked on the phone"
  $ dialer suppress import repep.csv --country MX --source repep --replace
  $ dialer suppress check "55 5010 1200" --country MX`,
    );
  addAdd(suppress, cli);
  addRemove(suppress, cli);
  addSuppressImport(withScope(suppress.command('import')), cli);
  addCheck(suppress, cli);
  addList(suppress, cli);
  addLists(suppress, cli);
}

function withScope(command: Command): Command {
  return command
    .option('--campaign <name>', 'in this campaign only (default: in all)')
    .option('--country <code>', 'how national numbers are read, such as MX');
}

const numbersArgument = ['<numbers...>', 'phone numbers, best with + and country code'] as const;

interface Json {
  readonly json?: true;
}

function addAdd(suppress: Command, cli: Cli): void {
  withScope(suppress.command('add'))
    .description('Never dial these numbers again.')
    .argument(...numbersArgument)
    .option('--source <name>', 'where they come from (default: manual)')
    .option('--date <date>', 'when they asked for it (default: now)', readListDateOption)
    .option('--expires <date>', 'until when it holds (default: for good)', readExpiryOption)
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'print {added}')
    .action((numbers: string[], { json, ...options }: SuppressionEntryOptions & Json) =>
      cli.withClient(async (client) => {
        const added = await client.addSuppressions(numbers, options);
        await (json ? cli.printJson({ added }) : cli.print(`added ${added}`));
      }),
    );
}

function addRemove(suppress: Command, cli: Cli): void {
  withScope(suppress.command('remove'))
    .description('Allow these numbers to be dialled again.')
    .argument(...numbersArgument)
    .option('--source <name>', 'only the entries of this source (default: of all)')
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'print {removed}')
    .addHelpText(
      'after',
      '\nContacts that ended as restricted stay so until `campaign recycle NAME --status restricted`.\nA number that a register lists comes back with its next import.',
    )
    .action((numbers: string[], { json, ...options }: SuppressionRemovalOptions & Json) =>
      cli.withClient(async (client) => {
        const removed = await client.removeSuppressions(numbers, options);
        await (json ? cli.printJson({ removed }) : cli.print(`removed ${removed}`));
      }),
    );
}

function addCheck(suppress: Command, cli: Cli): void {
  withScope(suppress.command('check'))
    .description('Say whether these numbers may be dialled, and what stands against it.')
    .argument(...numbersArgument)
    .option('--json', 'one JSON object {number, suppressed, entries} per line')
    .action((numbers: string[], { json, ...scope }: SuppressionScope & Json) =>
      cli.withClient(async (client) => {
        for (const check of await client.checkSuppressions(numbers, scope)) {
          await (json ? cli.printJson(check) : cli.print(suppressionCheckText(check)));
        }
      }),
    );
}

function addList(suppress: Command, cli: Cli): void {
  suppress
    .command('list')
    .description('List suppressed numbers.')
    .option('--campaign <name>', "a campaign's own list (default: everything)")
    .option('--source <name>', 'only the entries of this source')
    .option('--json', 'one JSON object per line, with full numbers')
    .action(({ json, ...scope }: { campaign?: string; source?: string } & Json) =>
      cli.withClient((client) =>
        printRows(cli, client.listSuppressions(scope), { columns: suppressionTable, json }),
      ),
    );
}

function addLists(suppress: Command, cli: Cli): void {
  suppress
    .command('lists')
    .description('List the sources of suppressions, with their entries and their age.')
    .option('--json', 'one JSON object per line')
    .action(({ json }: Json) =>
      cli.withClient(async (client) =>
        printRows(cli, await client.suppressionLists(), { columns: suppressionListTable, json }),
      ),
    );
}
