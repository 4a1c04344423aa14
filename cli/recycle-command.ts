import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { recycleText } from './recycle-text.ts';

interface Options {
  readonly status: readonly string[];
  readonly dryRun?: true;
  readonly reason?: string;
  readonly json?: true;
}

export function addRecycleCommand(campaign: Command, cli: Cli): void {
  campaign
    .command('recycle')
    .description(
      'Dial a list again: its settled contacts whose last status is one of those chosen.',
    )
    .argument('<name>', 'campaign')
    .requiredOption(
      '--status <statuses>',
      'call statuses, or dial statuses in upper case, with commas between them',
      (text: string, earlier: readonly string[] = []) => [...earlier, ...text.split(',')],
    )
    .option('--dry-run', 'show who would be dialled again, and change nothing')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Their redials begin anew; attempts, caps and every other budget go on counting. A finished campaign is
a draft then: start it. Contacts that were talked to are dialled again only when answered or transferred
are named themselves.

Examples:
  $ dialer campaign recycle spring-renewals --status no_answer,busy --dry-run
  $ dialer campaign recycle spring-renewals --status CONGESTION --reason "the carrier was down"`,
    )
    .action((name: string, { status, dryRun, reason, json }: Options) =>
      cli.withClient(async (client) => {
        const report = await client.recycleCampaign(name, {
          statuses: status,
          dryRun: dryRun ?? false,
          ...(reason === undefined ? {} : { reason }),
        });
        await (json ? cli.printJson(report) : cli.print(recycleText(report)));
      }),
    );
}
