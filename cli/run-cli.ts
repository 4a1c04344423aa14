import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../domain/errors.ts';
import { FileRefusedError } from '../imports/csv-fault.ts';
import { addCampaignCommands } from './campaign-commands.ts';
import { createCli, type Cli, type Terminal } from './cli.ts';
import { addContactCommands } from './contact-commands.ts';
import { addDemoCommand } from './demo-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { addListCommands } from './list-commands.ts';
import { addReportCommand } from './report-command.ts';
import { addSuppressCommands } from './suppress-commands.ts';
import { addUpCommand } from './up-command.ts';
import { addWorkerCommand } from './worker-command.ts';

const help = `
Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial import, 4 something not reachable,
5 refused by a rule. Data goes to stdout, talk to stderr.

Examples:
  $ dialer up
  $ dialer campaign create spring.yaml
  $ dialer contacts import spring-renewals contacts.csv
  $ dialer campaign start spring-renewals --wait
  $ dialer report spring-renewals --json`;

function packageVersion(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

/** Runs one command line to its end and returns the exit code; never throws. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('dialer');
  const cli = createCli(terminal, program);
  configure(program, cli);
  try {
    await program.parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOfCommander(error);
    sayError(cli, error);
    return exitCodeOf(error);
  }
}

function configure(program: Command, cli: Cli): void {
  const { stdout, stderr } = cli.terminal;
  program
    .description('Outbound dialing engine: every contact is a durable workflow.')
    .version(packageVersion())
    .option('--config <file>', 'configuration (default: dialer.yaml here, or DIALER_CONFIG)')
    .addHelpText('after', help)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .configureHelp({ showGlobalOptions: true });
  addUpCommand(program, cli);
  addDemoCommand(program, cli);
  addWorkerCommand(program, cli);
  addCampaignCommands(program, cli);
  addContactCommands(program, cli);
  addListCommands(program, cli);
  addReportCommand(program, cli);
  addSuppressCommands(program, cli);
  addDoctorCommand(program, cli);
}

function exitCodeOfCommander(error: CommanderError): number {
  const wasAsked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
  return wasAsked ? exitCodes.ok : exitCodes.usage;
}

function sayError(cli: Cli, error: unknown): void {
  if (error instanceof ConfigError) {
    cli.say('error: this cannot be used as it is:');
    for (const { path, message } of error.faults) cli.say(`  ${path ? `${path}: ` : ''}${message}`);
    return;
  }
  if (error instanceof FileRefusedError) {
    cli.say('error: the file was refused, nothing was imported');
    return;
  }
  cli.say(`error: ${error instanceof Error ? error.message || error.name : String(error)}`);
}
