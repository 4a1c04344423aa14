import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { readTime } from './read-time.ts';
import { reportText } from './report-text.ts';

export function addReportCommand(program: Command, cli: Cli): void {
  program
    .command('report')
    .description('Counts and percentages of the contacts of a campaign.')
    .argument('<campaign>', 'campaign')
    .option('--from <time>', 'only contacts settled from here on', readTime)
    .option('--to <time>', 'only contacts settled before', readTime)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ dialer report spring-renewals --from 2026-01-31 --json')
    .action((campaign: string, options: { from?: Date; to?: Date; json?: true }) =>
      cli.withClient(async (client) => {
        const { json, ...period } = options;
        const report = await client.report(campaign, period);
        await (json ? cli.printJson(report) : cli.print(reportText(report)));
      }),
    );
}
