import type { ImportResult } from '../client/dialer-client.ts';
import { FileRefusedError, type ImportFault } from '../imports/csv-fault.ts';
import type { Cli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';

/** Runs an import and reports its faults as they are found, then the result, which it returns. */
export async function printImport<Result extends ImportResult>(
  cli: Cli,
  { json }: { readonly json?: true },
  run: (onFault: (fault: ImportFault) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const onFault = async (fault: ImportFault) => {
    if (json) await cli.printJson(fault);
    else cli.say(faultText(fault));
  };
  try {
    const result = await run(onFault);
    await (json
      ? cli.printJson(result)
      : cli.print(`imported ${result.imported}, refused ${result.refused}`));
    if (result.refused > 0) cli.exitCode = exitCodes.partialImport;
    return result;
  } catch (error) {
    if (!(error instanceof FileRefusedError)) throw error;
    for (const fault of error.faults) await onFault(fault);
    if (json) await cli.printJson({ imported: 0, refused: 0 });
    throw error;
  }
}

export function faultText({ line, column, value, reason }: ImportFault): string {
  const place = column === '' ? `line ${line}` : `line ${line}, ${column}`;
  return `${place}: ${value === '' ? '' : `"${value}": `}${reason}`;
}
