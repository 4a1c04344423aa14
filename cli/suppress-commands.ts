import type { Command } from 'commander';
import type { SuppressionRow } from '../client/records.ts';
import type { SuppressionScope } from '../client/dialer-client.ts';
import { maskNumber } from '../domain/phone-number.ts';
import type { Cli } from './cli.ts';
import { printImport } from './print-import.ts';
import { printRows } from './print-rows.ts';
import type { TableColumn } from './print-table.ts';
import { openInputFile } from './read-input-file.ts';

export function addSuppressCommands(program: Command, cli: Cli): void {
  const suppress = program
    .command('suppress')
    .description('The Do-Not-Call list: numbers that are never dialled.')
    .addHelpText(
      'after',
      `
Examples:
  $ dialer suppress add "+52 55 5010 1200"
  $ dialer suppress import do-not-call.csv --country MX`,
    );
  addChanges(suppress, cli);
  addImport(suppress, cli);
  addList(suppress, cli);
}

function withScope(command: Command): Command {
  return command
    .option('--campaign <name>', 'in this campaign only (default: in all)')
    .option('--country <code>', 'how national numbers are read, such as MX');
}

function addChanges(suppress: Command, cli: Cli): void {
  const changes = [
    ['add', 'Never dial these numbers again.', 'addSuppressions', 'added'],
    ['remove', 'Allow these numbers to be dialled again.', 'removeSuppressions', 'removed'],
  ] as const;
  for (const [verb, description, method, done] of changes) {
    withScope(suppress.command(verb))
      .description(description)
      .argument('<numbers...>', 'phone numbers, best with + and country code')
      .option('--json', `print {${done}}`)
      .action(
        (numbers: string[], { json, ...scope }: SuppressionScope & { readonly json?: true }) =>
          cli.withClient(async (client) => {
            const count = await client[method](numbers, scope);
            await (json ? cli.printJson({ [done]: count }) : cli.print(`${done} ${count}`));
          }),
      );
  }
}

function addImport(suppress: Command, cli: Cli): void {
  withScope(suppress.command('import'))
    .description('Add the numbers of a CSV file with a column "number".')
    .argument('<file>', 'CSV file; - for standard input')
    .option('--json', 'print a line per fault, last {imported, refused}')
    .action(async (file: string, options: SuppressionScope & { readonly json?: true }) => {
      const { json, ...scope } = options;
      const bytes = await openInputFile(file, cli.terminal);
      await cli.withClient((client) =>
        printImport(cli, json ? { json } : {}, (onFault) =>
          client.importSuppressions(bytes, { ...scope, onFault }),
        ),
      );
    });
}

const suppressionTable: readonly TableColumn<SuppressionRow>[] = [
  { title: 'number', width: 16, value: ({ number }) => maskNumber(number) },
  { title: 'campaign', width: 40, value: ({ campaign }) => campaign ?? '(all)' },
  { title: 'source', width: 24, value: ({ source }) => source },
  { title: 'since', width: 24, value: ({ createdAt }) => createdAt },
];

function addList(suppress: Command, cli: Cli): void {
  suppress
    .command('list')
    .description('List suppressed numbers.')
    .option('--campaign <name>', "a campaign's own list (default: everything)")
    .option('--json', 'one JSON object per line, with full numbers')
    .action((options: { campaign?: string; json?: true }) =>
      cli.withClient((client) => {
        const { json, ...scope } = options;
        const rows = client.listSuppressions(scope);
        return printRows(cli, rows, { columns: suppressionTable, json });
      }),
    );
}
