import type { Command } from 'commander';
import { findEngine } from '../client/find-engine.ts';
import { createLogger } from '../runtime/create-logger.ts';
import type { Cli } from './cli.ts';
import type { DialerConfig } from '../runtime/config.ts';
import { checkPbx } from '../workers/check-pbx.ts';
import type { Finding } from '../workers/finding.ts';
import { checkPostgres, checkSuppressionLists, checkTemporal } from './doctor-checks.ts';
import { exitCodes } from './exit-codes.ts';
import { findingLine } from './finding-line.ts';

export function addDoctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description(
      'Check configuration, Postgres, Temporal, and each PBX with its trunks and agents.',
    )
    .option('--json', 'one JSON object {check, result, detail} per line')
    .addHelpText(
      'after',
      '\nRings nobody and changes nothing. Exit code 1 for a fault, 4 when something does not answer;\n' +
        'a warning does not fail.',
    )
    .action(async (options: { json?: true }) => {
      const findings: Finding[] = [];
      for await (const finding of examine(cli)) {
        findings.push(finding);
        if (options.json) await cli.printJson(finding);
        else await cli.print(findingLine(finding));
      }
      const isOneOf = (result: Finding['result']) =>
        findings.some((each) => each.result === result);
      if (isOneOf('not_reachable')) cli.exitCode = exitCodes.notReachable;
      else if (isOneOf('fault')) cli.exitCode = exitCodes.failed;
    });
}

/** One part after the other; a part that is down does not hide the others. */
async function* examine(cli: Cli): AsyncGenerator<Finding> {
  const config = cli.config();
  const detail = config.file ?? 'no dialer.yaml: everything embedded';
  yield { check: 'configuration', result: 'ok', detail };
  for (const warning of config.warnings) cli.say(`warning: ${warning}`);
  const engine = findEngine(config);
  const postgres = await checkPostgres(engine.databaseUrl);
  yield postgres;
  if (postgres.result === 'ok') yield* await checkSuppressionLists(engine.databaseUrl);
  yield await checkTemporal(engine.temporalAddress, engine.temporalNamespace);
  const log = createLogger({ part: 'doctor', env: { DIALER_LOG_LEVEL: 'fatal' } });
  for (const [name, pbx] of Object.entries(config.pbxs)) {
    yield* await checkPbx({
      ...pbx,
      name,
      secret: pbx.secret(),
      trunks: trunksOf(config, name),
      agents: config.agents,
      hasOthers: Object.keys(config.pbxs).length > 1,
      today: new Date().toISOString().slice(0, 10),
      timeouts: { connectMs: 5_000, loginMs: 5_000 },
      log,
    });
  }
}

function trunksOf({ trunks }: DialerConfig, pbx: string): DialerConfig['trunks'] {
  return Object.fromEntries(Object.entries(trunks).filter(([, trunk]) => trunk.pbx === pbx));
}
