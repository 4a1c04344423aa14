import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { reclassifyText } from './reclassify-text.ts';

interface Options {
  readonly dryRun?: true;
  readonly reason?: string;
  readonly json?: true;
}

/** `dialer attempts reclassify`, beside the list that `dialer attempts CAMPAIGN` is. */
export function addReclassifyCommand(attempts: Command, cli: Cli): void {
  attempts
    .command('reclassify')
    .description(
      "Read the evidence of a campaign's attempts again, by the rules and the dialer.yaml of today.",
    )
    // Not those of the list.
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: () => [...(attempts.parent?.options ?? [])],
    })
    .argument('<campaign>', 'campaign')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print one JSON object, with the rules that decided')
    .addHelpText(
      'after',
      `
Statuses, numbers, counts and reports follow; evidence and decisions stay, and nobody is dialled because
of it. Safe to interrupt and to repeat, also while the campaign runs.

Examples:
  $ dialer attempts reclassify spring-renewals --dry-run
  $ dialer attempts reclassify spring-renewals --reason "the trunk never reports ringing"`,
    )
    .action((campaign: string, _options: Options, command: Command) =>
      cli.withClient(async (client) => {
        // The list has a --json too, and takes it first wherever it stands.
        const { json, dryRun, reason } = command.optsWithGlobals<Options>();
        const report = await client.reclassifyAttempts(campaign, {
          dryRun: dryRun ?? false,
          ...(reason === undefined ? {} : { reason }),
        });
        for (const { trunk, attempts: count } of report.skipped) {
          cli.say(`skipped ${count} attempts of ${trunk}: dialer.yaml has no such trunk any more`);
        }
        await (json ? cli.printJson(report) : cli.print(reclassifyText(report)));
      }),
    );
}
