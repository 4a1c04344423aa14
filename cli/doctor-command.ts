import type { Command } from 'commander';
import { findEngine } from '../client/find-engine.ts';
import { createLogger } from '../runtime/create-logger.ts';
import type { Cli } from './cli.ts';
import { checkAmi, checkPostgres, checkTemporal, type Finding } from './doctor-checks.ts';
import { exitCodes } from './exit-codes.ts';

export function addDoctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('Check configuration, Postgres, Temporal, and login and rights on each PBX.')
    .option('--json', 'one JSON object {check, result, detail} per line')
    .addHelpText(
      'after',
      '\nCalls nobody and changes nothing. Exit code 4 when something does not answer.',
    )
    .action(async (options: { json?: true }) => {
      const findings: Finding[] = [];
      for await (const finding of examine(cli)) {
        findings.push(finding);
        if (options.json) await cli.printJson(finding);
        else await cli.print(`${marks[finding.result]}  ${finding.check}: ${finding.detail}`);
      }
      const isOneOf = (result: Finding['result']) =>
        findings.some((each) => each.result === result);
      if (isOneOf('not_reachable')) cli.exitCode = exitCodes.notReachable;
      else if (isOneOf('fault')) cli.exitCode = exitCodes.failed;
    });
}

const marks = { ok: 'ok   ', fault: 'FAULT', not_reachable: 'DOWN ' } as const;

/** One part after the other; a part that is down does not hide the others. */
async function* examine(cli: Cli): AsyncGenerator<Finding> {
  const config = cli.config();
  const detail = config.file ?? 'no dialer.yaml: everything embedded';
  yield { check: 'configuration', result: 'ok', detail };
  for (const warning of config.warnings) cli.say(`warning: ${warning}`);
  const engine = findEngine(config);
  yield await checkPostgres(engine.databaseUrl);
  yield await checkTemporal(engine.temporalAddress, engine.temporalNamespace);
  const log = createLogger({ part: 'doctor', env: { DIALER_LOG_LEVEL: 'fatal' } });
  for (const [name, pbx] of Object.entries(config.pbxs)) {
    yield await checkAmi(name, { ...pbx, secret: pbx.secret(), log });
  }
}
