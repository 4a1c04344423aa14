import type { Command } from 'commander';
import { findEngine } from '../client/find-engine.ts';
import { ConfigError } from '../domain/errors.ts';
import type { DialerConfig } from '../runtime/config.ts';
import { createLogger } from '../runtime/create-logger.ts';
import { endWithParent } from '../runtime/end-with-parent.ts';
import { runTrunkOwner } from '../workers/run-trunk-owner.ts';
import { runWorkflowWorker, type RunningPart } from '../workers/run-workflow-worker.ts';
import type { Cli } from './cli.ts';

export function addWorkerCommand(program: Command, cli: Cli): void {
  program
    .command('worker')
    .description('Run one part of the engine in the foreground; `dialer up` starts all of them.')
    .option('--trunk <name>', 'own this trunk and place its calls (default: run workflows)')
    .addHelpText(
      'after',
      `
Run as many workflow workers as there are cores. A trunk has one owner: a second process for the
same trunk waits as standby and takes over. SIGTERM hands calls over and hangs up nobody.

Examples:
  $ dialer worker
  $ dialer worker --trunk carrier-a`,
    )
    .action(async ({ trunk }: { trunk?: string }) => {
      const config = cli.config();
      const stop = cli.terminal.stopSignal();
      endWithParent();
      const part = await (trunk === undefined
        ? startWorkflowWorker(cli, config)
        : startTrunkOwner(cli, config, trunk));
      const stopPart = () => void part.stop();
      if (stop.aborted) stopPart();
      else stop.addEventListener('abort', stopPart, { once: true });
      await part.ended;
    });
}

async function startWorkflowWorker(cli: Cli, config: DialerConfig): Promise<RunningPart> {
  const { dataDir, trunks, agents } = config;
  const log = createLogger({ part: 'workflow-worker', env: cli.terminal.env });
  return runWorkflowWorker({ ...engineOf(config), dataDir, trunks, agents, log });
}

function startTrunkOwner(cli: Cli, config: DialerConfig, name: string): RunningPart {
  const trunk = config.trunks[name];
  const pbx = trunk === undefined ? undefined : config.pbxs[trunk.pbx];
  if (trunk === undefined || pbx === undefined) {
    const message = `there is no trunk ${JSON.stringify(name)}; known: ${Object.keys(config.trunks).join(', ') || 'none'}`;
    throw new ConfigError([{ path: 'trunks', message }]);
  }
  const { reasonDialect, secret, ...address } = pbx;
  return runTrunkOwner({
    ...engineOf(config),
    trunk: { ...trunk, name, reasonDialect, reportsRinging: trunk.ringing },
    pbx: { ...address, secret: secret() },
    agents: config.agents,
    log: createLogger({ part: `trunk-owner ${name}`, env: cli.terminal.env }),
  });
}

function engineOf(config: DialerConfig) {
  const { databaseUrl, temporalAddress, temporalNamespace } = findEngine(config);
  return { databaseUrl, temporal: { address: temporalAddress, namespace: temporalNamespace } };
}
