import type { Cli } from './cli.ts';
import { tableHead, tableRow, type TableColumn } from './print-table.ts';

/** A list as a table for people, or as JSON Lines; printed as it is read, whatever its length. */
export async function printRows<Row>(
  cli: Cli,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: { readonly columns: readonly TableColumn<Row>[]; readonly json: true | undefined },
): Promise<void> {
  if (!options.json) await cli.print(tableHead(options.columns));
  for await (const row of rows) {
    await (options.json ? cli.printJson(row) : cli.print(tableRow(options.columns, row)));
  }
}
