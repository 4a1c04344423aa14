import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { readInputText } from './read-input-file.ts';
import { campaignListTable, campaignStatusText } from './campaign-text.ts';
import { addForecastCommand } from './forecast-command.ts';
import { addRecycleCommand } from './recycle-command.ts';
import { reportText } from './report-text.ts';
import { printRows } from './print-rows.ts';
import { showProgress } from './show-progress.ts';

export function addCampaignCommands(program: Command, cli: Cli): void {
  const campaign = program.command('campaign').description('Create, run and change campaigns.');
  addCreate(campaign, cli);
  addList(campaign, cli);
  addStart(campaign, cli);
  addStateChanges(campaign, cli);
  addStatus(campaign, cli);
  addSet(campaign, cli);
  addRecycleCommand(campaign, cli);
  addForecastCommand(campaign, cli);
}

function addCreate(campaign: Command, cli: Cli): void {
  campaign
    .command('create')
    .description('Create a campaign from a campaign file; nobody is dialled yet.')
    .argument('<file>', 'campaign file, YAML or JSON; - for standard input')
    .option('--json', 'print {campaignId, name, warnings}')
    .addHelpText('after', '\nExample:\n  $ dialer campaign create spring.yaml')
    .action(async (file: string, options: { json?: true }) => {
      const text = await readInputText(file, cli.terminal);
      await cli.withClient(async (client) => {
        const created = await client.createCampaign(text);
        for (const warning of created.warnings) cli.say(`warning: ${warning}`);
        if (options.json) return cli.printJson(created);
        return cli.print(`created ${created.name} (${created.campaignId})`);
      });
    });
}

function addList(campaign: Command, cli: Cli): void {
  campaign
    .command('list')
    .description('List campaigns with their counts.')
    .option('--json', 'one JSON object per line')
    .action((options: { json?: true }) =>
      cli.withClient(async (client) => {
        const campaigns = await client.listCampaigns();
        await printRows(cli, campaigns, { columns: campaignListTable, json: options.json });
      }),
    );
}

function addStart(campaign: Command, cli: Cli): void {
  campaign
    .command('start')
    .description('Start dialling. Safe to repeat: a campaign that runs already goes on.')
    .argument('<name>', 'campaign')
    .option('--wait', 'wait until no contact is pending, then print the report')
    .option('--json', 'print {campaignId, state}; with --wait, the report')
    .addHelpText('after', '\nExample:\n  $ dialer campaign start spring-renewals --wait')
    .action(async (name: string, options: { wait?: true; json?: true }) => {
      await cli.withClient(async (client) => {
        const started = await client.startCampaign(name);
        if (!options.wait) {
          if (options.json) return cli.printJson(started);
          return cli.print(`${name} is ${started.state}`);
        }
        const report = await showProgress(cli, client, name);
        return options.json ? cli.printJson(report) : cli.print(reportText(report));
      });
    });
}

function addStateChanges(campaign: Command, cli: Cli): void {
  const changes = [
    ['pause', 'Dial nobody until it is resumed; calls in progress go on.', 'pauseCampaign'],
    ['resume', 'Go on with a paused campaign.', 'resumeCampaign'],
    ['cancel', 'End a campaign for good; calls in progress go on to their end.', 'cancelCampaign'],
  ] as const;
  for (const [verb, description, method] of changes) {
    campaign
      .command(verb)
      .description(description)
      .argument('<name>', 'campaign')
      .option('--reason <text>', 'for the audit log')
      .option('--json', 'print {state}')
      .action((name: string, { json, ...why }: { reason?: string; json?: true }) =>
        cli.withClient(async (client) => {
          const changed = await client[method](name, why);
          await (json ? cli.printJson(changed) : cli.print(`${name} is ${changed.state}`));
        }),
      );
  }
}

function addStatus(campaign: Command, cli: Cli): void {
  campaign
    .command('status')
    .description('Show state, counts and settings of a campaign.')
    .argument('<name>', 'campaign')
    .option('--json', 'print one JSON object')
    .action((name: string, options: { json?: true }) =>
      cli.withClient(async (client) => {
        const status = await client.campaignStatus(name);
        await (options.json ? cli.printJson(status) : cli.print(campaignStatusText(status)));
      }),
    );
}

function addSet(campaign: Command, cli: Cli): void {
  campaign
    .command('set')
    .description('Give a campaign new rules, from a campaign file of the same name.')
    .argument('<name>', 'campaign')
    .argument('<file>', 'campaign file, YAML or JSON; - for standard input')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print {version, warnings}')
    .action(
      async (name: string, file: string, { json, ...why }: { reason?: string; json?: true }) => {
        const text = await readInputText(file, cli.terminal);
        await cli.withClient(async (client) => {
          const changed = await client.changeSettings(name, text, why);
          for (const warning of changed.warnings) cli.say(`warning: ${warning}`);
          if (json) return cli.printJson(changed);
          return cli.print(`${name} has settings version ${changed.version}`);
        });
      },
    );
}
