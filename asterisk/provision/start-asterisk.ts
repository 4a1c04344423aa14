import { randomInt } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freePort, isListening, rememberedPort } from '../../runtime/loopback-port.ts';
import type { ExitStatus } from '../../runtime/guarded-child.ts';
import { carrierConfiguration } from './carrier-configuration.ts';
import { writeCountFiles } from './count-files.ts';
import { dialerConfiguration, trunkEndpoint } from './dialer-configuration.ts';
import type { ExtraTrunk } from './extra-trunks.ts';
import { carrierModules, dialerModules } from './modules.ts';
import { openRedirectRelay } from './redirect-relay.ts';
import { rememberedSecret } from './remembered-secret.ts';
import { endLeftInstance, startInstance, type Instance } from './start-instance.ts';
import { freeUdpPorts } from './free-udp-ports.ts';

export type AsteriskRole = 'dialer' | 'carrier';

export interface AsteriskOptions {
  /** Of the unpacked Asterisk, see findInstalledAsterisk. */
  readonly root: string;
  /** Where configuration, logs and the carrier's record go; kept and used again by the next start. */
  readonly runDir: string;
  /** Default: `calls.csv` in runDir. */
  readonly carrierLog?: string;
  /** Trunks of the PBX besides the one to the carrier; for tests. */
  readonly extraTrunks?: readonly ExtraTrunk[];
  /** Told when one of the two ends without having been stopped. */
  readonly onExit?: (role: AsteriskRole, status: ExitStatus) => void;
}

export interface RunningAsterisk {
  readonly ami: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly secret: string;
  };
  /** With `{number}` in it. */
  readonly trunkDialString: string;
  /** The carrier's record, see readCarrierLog. */
  readonly carrierLog: string;
  readonly pids: Readonly<Record<AsteriskRole, number>>;
  /** Ends both; calls in progress are hung up. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts two Asterisks on loopback: the PBX the dialler uses, and a second one that plays the carrier as
 * the carrier plan says, joined by a SIP trunk. Resolves when calls can be placed. What a
 * killed run left behind is ended first. The manager's account stays the same over restarts, and so does
 * its port unless somebody took it.
 * @throws Error when one does not get ready, with the end of its log; nothing is left running.
 */
export async function startAsterisk(options: AsteriskOptions): Promise<RunningAsterisk> {
  const runDir = resolve(options.runDir);
  const carrierLog = resolve(options.carrierLog ?? join(runDir, 'calls.csv'));
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  for (const role of ['dialer', 'carrier']) await endLeftInstance(join(runDir, role));
  prepareLog(carrierLog);
  const world: World = {
    root: resolve(options.root),
    runDir,
    carrierLog,
    secret: rememberedSecret(join(runDir, 'ami-secret')),
    ports: await choosePorts(runDir),
    extraTrunks: options.extraTrunks ?? [],
  };
  const relay = await openRedirectRelay({
    relay: world.ports.trunkSip,
    carrier: world.ports.carrierSip,
    dialer: world.ports.dialerSip,
  });
  const carrier = await startCarrier(world).catch((error: unknown) => {
    relay.close();
    throw error;
  });
  const dialer = await startDialer(world).catch(async (error: unknown) => {
    await carrier.stop();
    relay.close();
    throw error;
  });
  void carrier.child.exited.then(() => relay.close());
  let stopping = false;
  for (const [role, { child }] of [['dialer', dialer] as const, ['carrier', carrier] as const]) {
    void child.exited.then((status) => {
      if (!stopping) options.onExit?.(role, status);
    });
  }
  return {
    ami: { host: '127.0.0.1', port: world.ports.ami, username: 'dialer', secret: world.secret },
    trunkDialString: `PJSIP/{number}@${trunkEndpoint}`,
    carrierLog,
    pids: { dialer: dialer.child.pid, carrier: carrier.child.pid },
    async stop() {
      stopping = true;
      await dialer.stop();
      await carrier.stop();
      relay.close();
    },
  };
}

interface World {
  readonly root: string;
  readonly runDir: string;
  readonly carrierLog: string;
  readonly secret: string;
  readonly ports: Ports;
  readonly extraTrunks: readonly ExtraTrunk[];
}

interface Ports {
  readonly ami: number;
  readonly carrierAmi: number;
  readonly dialerSip: number;
  readonly carrierSip: number;
  /** Of the relay on the way to the carrier. */
  readonly trunkSip: number;
  readonly deadSip: number;
  /** First of 2,000 for sound. */
  readonly rtp: number;
}

async function choosePorts(runDir: string): Promise<Ports> {
  const [dialerSip = 0, carrierSip = 0, trunkSip = 0, deadSip = 0] = await freeUdpPorts(4);
  return {
    ami: await managerPort(join(runDir, 'ami-port')),
    carrierAmi: await freePort(),
    dialerSip,
    carrierSip,
    trunkSip,
    deadSip,
    rtp: randomInt(16_500, 31_000) * 2,
  };
}

/** The port of last time. A process that was killed is gone before the last of its sockets. */
async function managerPort(file: string): Promise<number> {
  const port = await rememberedPort(file, true);
  const end = performance.now() + 2_000;
  while ((await isListening(port)) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return rememberedPort(file);
}

async function startCarrier({ root, runDir, carrierLog, secret, ports }: World): Promise<Instance> {
  const folder = join(runDir, 'carrier');
  const countFolder = join(folder, 'counts');
  writeCountFiles(carrierLog, countFolder);
  return startInstance({
    root,
    folder,
    modules: carrierModules,
    rtpStart: ports.rtp,
    configuration: carrierConfiguration(
      { ami: ports.carrierAmi, sip: ports.carrierSip, dialerSip: ports.dialerSip },
      secret,
      { logFile: carrierLog, countFolder },
    ),
    account: { port: ports.carrierAmi, username: 'watcher', secret },
    isReady: () => Promise.resolve(true),
  });
}

async function startDialer(world: World): Promise<Instance> {
  const { root, runDir, secret, ports, extraTrunks } = world;
  return startInstance({
    root,
    folder: join(runDir, 'dialer'),
    modules: dialerModules,
    rtpStart: ports.rtp + 1_000,
    configuration: dialerConfiguration(
      {
        ami: ports.ami,
        sip: ports.dialerSip,
        carrierSip: ports.trunkSip,
        phonesSip: ports.carrierSip,
        deadSip: ports.deadSip,
      },
      secret,
      extraTrunks,
    ),
    account: { port: ports.ami, username: 'dialer', secret },
    // The trunk counts as a device: it is there once the carrier has answered a SIP OPTIONS.
    isReady: async (probe) =>
      (await probe.evaluate(`DEVICE_STATE(PJSIP/${trunkEndpoint})`)) === 'NOT_INUSE',
  });
}

/** There from the start, so that a program that watches it finds it. */
function prepareLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, '', { mode: 0o600 });
}
