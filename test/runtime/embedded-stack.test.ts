import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findInstalledAsterisk } from '../../asterisk/provision/find-installed-asterisk.ts';
import { ConfigError } from '../../domain/errors.ts';
import { loadConfig, type DialerConfig } from '../../runtime/config.ts';
import { startEmbeddedStack, type EmbeddedStack } from '../../runtime/embedded-stack.ts';
import { isListening } from '../../runtime/loopback-port.ts';
import { nodeCommand } from '../../runtime/node-command.ts';
import { readIdentity } from '../../runtime/process-identity.ts';
import { ensureTemporalBinary } from '../../runtime/temporal-binary.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const checkoutData = join(process.cwd(), '.dialer');

async function hasTemporal(t: TestContext): Promise<string | null> {
  const binary = await ensureTemporalBinary({ dataDir: checkoutData }).catch(() => null);
  return requireOrSkip(t, binary !== null, 'no temporal program') ? binary : null;
}

function configIn(t: TestContext, yaml = ''): DialerConfig {
  const cwd = temporaryFolder(t);
  chmodSync(cwd, 0o755);
  writeFileSync(join(cwd, 'dialer.yaml'), yaml);
  writeFileSync(join(cwd, 'ami.secret'), 'hunter2', { mode: 0o600 });
  return loadConfig({ cwd, env: {} });
}

const ports = ({ databaseUrl, temporalAddress, pbx }: EmbeddedStack): number[] => [
  Number(new URL(databaseUrl).port),
  Number(temporalAddress.split(':')[1]),
  pbx?.ami.port ?? 0,
];

async function allListen(numbers: readonly number[], expected: boolean): Promise<boolean> {
  const states = await Promise.all(numbers.map(isListening));
  return states.every((listens) => listens === expected);
}

function notedPid(file: string): number {
  return readIdentity(JSON.parse(readFileSync(file, 'utf8')))?.pid ?? 0;
}

describe('the embedded stack', () => {
  it('starts all there is, restarts each part that is killed, and ends all', async (t) => {
    const binary = await hasTemporal(t);
    if (binary === null) return;
    const config = configIn(t);
    const said: string[] = [];
    const stack = await startEmbeddedStack({
      config,
      pbx: 'simulator',
      say: (line) => void said.push(line),
      env: { DIALER_TEMPORAL_BINARY: binary },
    });
    t.after(() => stack.stop());
    const own = loadConfig({ cwd: temporaryFolder(t), env: stack.environment });
    assert.deepEqual(own.trunks['carrier-a'], stack.trunks['carrier-a']);
    assert.equal(own.pbxs['main']?.secret(), stack.pbxs['main']?.secret());

    const pidFiles = ['postgres/postgres.pid', 'temporal/temporal.pid', 'pbx/simulator.pid'];
    const killed = pidFiles.map((file) => notedPid(join(config.dataDir, file)));
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await waitFor(
      'three restarts',
      () => said.filter((line) => line.endsWith('runs again')).length === 3,
      30_000,
    );
    assert.equal(await allListen(ports(stack), true), true);
    const restarted = pidFiles.map((file) => notedPid(join(config.dataDir, file)));
    restarted.forEach((pid, index) => assert.notEqual(pid, killed[index]));

    await Promise.all([stack.stop(), stack.stop()]);
    assert.equal(await allListen(ports(stack), false), true);
  });

  it('ends when its process is killed, and goes on at the same addresses', async (t) => {
    const binary = await hasTemporal(t);
    if (binary === null) return;
    const cwd = temporaryFolder(t);
    chmodSync(cwd, 0o755);
    const { command, args } = nodeCommand(new URL('./stack-parent.ts', import.meta.url));
    const start = async () => {
      const child = spawn(command, [...args, cwd], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, DIALER_TEMPORAL_BINARY: binary },
      });
      t.after(() => child.kill('SIGKILL'));
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { databaseUrl, temporalAddress, port } = JSON.parse(line) as Record<string, string>;
      const numbers = [new URL(databaseUrl ?? '').port, temporalAddress?.split(':')[1], port];
      return { child, line, numbers: numbers.map(Number) };
    };
    const first = await start();
    first.child.kill('SIGKILL');
    // At once: the parts of the killed one may still be ending.
    const second = await start();
    assert.equal(second.line, first.line);
    second.child.kill('SIGKILL');
    await waitFor('the end of all parts', () => allListen(second.numbers, false), 30_000);
  });

  it('starts nothing that is configured', async (t) => {
    const config = configIn(
      t,
      `
database: { url: postgres://dialer@127.0.0.1:1/dialer }
temporal: { address: 127.0.0.1:2 }
pbxs: { main: { host: 127.0.0.1, username: dialer, secretFile: ami.secret } }
`,
    );
    const stack = await startEmbeddedStack({ config, pbx: 'auto', say: assert.fail });
    assert.equal(stack.databaseUrl, 'postgres://dialer@127.0.0.1:1/dialer');
    assert.equal(stack.temporalAddress, '127.0.0.1:2');
    assert.equal(stack.pbx, null);
    assert.equal(stack.temporalUi, null);
    await stack.stop();
    await assert.rejects(
      startEmbeddedStack({ config, pbx: 'simulator', say: assert.fail }),
      ConfigError,
    );
  });

  it('leaves nothing running when one part cannot start, and can be tried again', async (t) => {
    const config = configIn(t, 'temporal: { address: 127.0.0.1:2 }');
    const version = join(config.dataDir, 'postgres', 'data', 'PG_VERSION');
    mkdirSync(join(version, '..'), { recursive: true });
    writeFileSync(version, '9.6\n');
    const options = { config, pbx: 'simulator', say: () => undefined } as const;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(startEmbeddedStack(options), /written by Postgres 9.6/);
      const port = Number(readFileSync(join(config.dataDir, 'pbx', 'simulator-port'), 'utf8'));
      assert.equal(await isListening(port), false);
    }
  });

  it('refuses to take a real Asterisk that is not there', async (t) => {
    const config = configIn(t);
    await assert.rejects(
      startEmbeddedStack({ config, pbx: 'asterisk', say: assert.fail }),
      /npm run asterisk:install/,
    );
  });

  it('restarts a real Asterisk that is killed, with the same login', async (t) => {
    const installed = findInstalledAsterisk(checkoutData);
    if (!requireOrSkip(t, installed !== null, 'no Asterisk: npm run asterisk:install')) return;
    const config = configIn(
      t,
      'database: { url: postgres://x@127.0.0.1:1/x }\ntemporal: { address: 127.0.0.1:2 }\n',
    );
    mkdirSync(join(config.dataDir, 'asterisk'), { recursive: true });
    symlinkSync(installed?.root ?? '', join(config.dataDir, 'asterisk', 'root'));
    const said: string[] = [];
    const stack = await startEmbeddedStack({
      config,
      pbx: 'auto',
      say: (line) => void said.push(line),
    });
    t.after(() => stack.stop());
    assert.equal(stack.pbx?.kind, 'asterisk');
    for (const role of ['dialer', 'carrier']) {
      said.length = 0;
      process.kill(
        notedPid(join(config.dataDir, 'asterisk', 'run', role, 'process.json')),
        'SIGKILL',
      );
      await waitFor('the restart', () => said.includes('Asterisk runs again'), 30_000);
      assert.equal(await isListening(stack.pbx.ami.port), true);
      const manager = readFileSync(
        join(config.dataDir, 'asterisk', 'run', 'dialer', 'etc', 'manager-dialer.conf'),
        'utf8',
      );
      assert.ok(manager.includes(stack.pbx.ami.secret));
    }
  });
});
