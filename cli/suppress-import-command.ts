import type { Command } from 'commander';
import type { SuppressionImportOptions } from '../client/dialer-client.ts';
import type { Cli } from './cli.ts';
import { printImport } from './print-import.ts';
import { openInputFile } from './read-input-file.ts';
import { readExpiryOption, readListDateOption } from './read-list-date.ts';
import { showImportProgress } from './show-import-progress.ts';
import { importEffectText } from './suppression-text.ts';

/** Adds `suppress import` to the command that has the options of the scope already. */
export function addSuppressImport(command: Command, cli: Cli): void {
  command
    .description('Bring in a list: a CSV file with a column "number", or numbers alone.')
    .argument('<file>', 'CSV file; - for standard input')
    .option('--source <name>', 'whose list it is, such as repep; it is up to date then')
    .option('--list-date <date>', 'when the source gave it out (default: now)', readListDateOption)
    .option('--date <date>', 'when entries without a date were made', readListDateOption)
    .option('--expires <date>', 'until when entries without an end hold', readExpiryOption)
    .option('--replace', 'the file is all of the list: remove what is not in it')
    .option('--force', 'replace even by a file that is empty, faulty or much smaller')
    .option('--dry-run', 'only say what would change')
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'print a line per fault, last {imported, refused, added, changed, …}')
    .addHelpText(
      'after',
      `
Columns: number, and as you like source, date, expires; others are left out. The list is brought in at
once at the end, or not at all. An entry that is there keeps the newest date and the longest protection;
only --replace and suppress remove shorten it.

Examples:
  $ dialer suppress import do-not-call.csv --country MX
  $ dialer suppress import repep.csv --source repep --list-date 2026-06-01 --replace --dry-run`,
    )
    .action((file: string, options: SuppressionImportOptions & { readonly json?: true }) =>
      importList(cli, file, options),
    );
}

async function importList(
  cli: Cli,
  file: string,
  { json, ...options }: SuppressionImportOptions & { readonly json?: true },
): Promise<void> {
  const bytes = await openInputFile(file, cli.terminal);
  const progress = showImportProgress(cli.terminal);
  await cli.withClient(async (client) => {
    try {
      const result = await printImport(cli, json ? { json } : {}, async (onFault) => {
        const imported = await client.importSuppressions(bytes, {
          ...options,
          onProgress: (state) => progress.show(state),
          onFault: (fault) => {
            progress.clear();
            return onFault(fault);
          },
        });
        progress.clear();
        return imported;
      });
      if (!json) await cli.print(importEffectText(result));
    } finally {
      progress.clear();
    }
  });
}
