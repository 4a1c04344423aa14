import type { Command } from 'commander';
import type { DialerClient } from '../client/dialer-client.ts';
import type { ManualActionResult } from '../workflows/messages.ts';
import type { Cli } from './cli.ts';
import { contactText } from './contact-text.ts';
import { printImport } from './print-import.ts';
import { openInputFile } from './read-input-file.ts';
import { readTime } from './read-time.ts';
import { UsageError } from './usage-error.ts';

export function addContactCommands(program: Command, cli: Cli): void {
  const contacts = program.command('contacts').description('Import contacts and act on one.');
  addImport(contacts, cli);
  addShow(contacts, cli);
  addReassign(contacts, cli);
  addReschedule(contacts, cli);
  addPlainActions(contacts, cli);
}

function addImport(contacts: Command, cli: Cli): void {
  contacts
    .command('import')
    .description('Add the contacts of a CSV file to a campaign; bad rows are reported one by one.')
    .argument('<campaign>', 'campaign')
    .argument('<file>', 'CSV file with a header; - for standard input')
    .option(
      '--json',
      'print a line {line, column, value, reason} per fault, last {imported, refused}',
    )
    .addHelpText(
      'after',
      `
Columns: number (or number_1, number_2, ... tried in that order) is required; external_id, name,
time_zone and country are known; every other column is an attribute. Exit code 3 when rows were refused.

Example:
  $ dialer contacts import spring-renewals contacts.csv`,
    )
    .action(async (campaign: string, file: string, options: { json?: true }) => {
      const bytes = await openInputFile(file, cli.terminal);
      await cli.withClient((client) =>
        printImport(cli, options, (onFault) => client.importContacts(campaign, bytes, { onFault })),
      );
    });
}

function addShow(contacts: Command, cli: Cli): void {
  contacts
    .command('show')
    .description('Show a contact with its numbers, attempts and history.')
    .argument('<id>', 'contact id, as in numbers --json')
    .option('--json', 'print one JSON object')
    .action((id: string, options: { json?: true }) =>
      cli.withClient(async (client) => {
        const contact = await client.showContact(id);
        await (options.json ? cli.printJson(contact) : cli.print(contactText(contact)));
      }),
    );
}

function addReassign(contacts: Command, cli: Cli): void {
  contacts
    .command('reassign')
    .description('Move a contact to another campaign, or assign it to an agent.')
    .argument('<id>', 'contact id')
    .option('--campaign <name>', 'campaign to move it to')
    .option('--agent <name>', 'agent of dialer.yaml to assign it to')
    .requiredOption('--reason <text>', 'for the audit log')
    .option('--json', 'print {applied}')
    .addHelpText(
      'after',
      '\nExample:\n  $ dialer contacts reassign 4f1c… --agent ana --reason "asked for Ana"',
    )
    .action(async (id: string, options: ReassignOptions) => {
      const { campaign, agent, reason, json } = options;
      if ((campaign === undefined) === (agent === undefined)) {
        throw new UsageError('Give either --campaign or --agent.');
      }
      const to = campaign === undefined ? { agent: agent ?? '' } : { campaign };
      await act(cli, { json }, (client) => client.reassignContact(id, to, { reason }));
    });
}

interface ReassignOptions {
  readonly campaign?: string;
  readonly agent?: string;
  readonly reason: string;
  readonly json?: true;
}

function addReschedule(contacts: Command, cli: Cli): void {
  contacts
    .command('reschedule')
    .description('Call a contact at a given time, within its calling window.')
    .argument('<id>', 'contact id')
    .requiredOption('--at <time>', 'ISO 8601, such as 2026-01-31T09:00:00Z', readTime)
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print {applied}')
    .action((id: string, { at, json, ...why }: { at: Date; reason?: string; json?: true }) =>
      act(cli, { json }, (client) => client.rescheduleContact(id, at, why)),
    );
}

function addPlainActions(contacts: Command, cli: Cli): void {
  const actions = [
    ['call-now', 'Skip the waiting; suppression, caps and window still hold.', 'callContactNow'],
    ['cancel', 'Dial this contact no more; a call in progress goes on.', 'cancelContact'],
    ['suppress', 'Put its numbers on the Do-Not-Call list of every campaign.', 'suppressContact'],
  ] as const;
  for (const [verb, description, method] of actions) {
    contacts
      .command(verb)
      .description(description)
      .argument('<id>', 'contact id')
      .option('--reason <text>', 'for the audit log')
      .option('--json', 'print {applied}')
      .action((id: string, { json, ...why }: { reason?: string; json?: true }) =>
        act(cli, { json }, (client) => client[method](id, why)),
      );
  }
}

async function act(
  cli: Cli,
  { json }: { readonly json?: true | undefined },
  action: (client: DialerClient) => Promise<ManualActionResult>,
): Promise<void> {
  await cli.withClient(async (client) => {
    const result = await action(client);
    if (json) return cli.printJson(result);
    return cli.print(
      result.applied === 'deferred' ? 'done when the call in progress has ended' : 'done',
    );
  });
}
