import { randomUUID } from 'node:crypto';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { openAmiSession, type AmiSession } from './ami-session.ts';
import type { AmiFields } from './ami-wire.ts';
import { openCarrierMemory } from './carrier-memory.ts';
import { leastRights, type ManagerUser } from './manager-user.ts';
import { originateCall } from './originate-call.ts';
import { createScaledTimers } from './scaled-timers.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { noFaults, type SimulatorFaults } from './simulator-faults.ts';
import { realTiming, type SimulatorTiming } from './simulator-timing.ts';

export interface SimulatorOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: `dialer`. */
  readonly username?: string;
  /** Default: made up, and told in the result. */
  readonly secret?: string;
  /** File of the carrier's record, appended to and remembered from; default: none. */
  readonly carrierLog?: string;
  /** What goes wrong from the start; can be changed later through `faults` of the result. */
  readonly faults?: Partial<SimulatorFaults>;
  readonly timing?: Partial<SimulatorTiming>;
  /** PJSIP endpoints that lead to the carrier; default: `carrier`. */
  readonly endpoints?: readonly string[];
  /** Extensions there are, as `context,extension`; default: those of the shipped dialplan, and `outcomes,s`. */
  readonly dialplan?: readonly string[];
  /** Rights of the manager user; default: those of the shipped manager.conf. */
  readonly rights?: { readonly read: readonly string[]; readonly write: readonly string[] };
}

/** A running simulator. */
export interface Simulator {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  /** Change it to make things go wrong, or right again. */
  readonly faults: SimulatorFaults;
  /** Uniqueids of the calls in progress. */
  liveCalls(): string[];
  /** Cuts every link with a reset; calls go on. */
  dropLinks(): void;
  /** As after a kill -9: links cut, calls gone without a word, uptime 0; back after `downMs`. */
  restart(downMs?: number): Promise<void>;
  /** May be called twice. */
  stop(): Promise<void>;
}

const shippedDialplan = [
  'dialer-answered,s',
  'dialer-agent,s',
  'dialer-amd,s',
  'dialer-transfer,s',
  'dialer-doctor,s',
  'dialer-doctor,busy',
  'outcomes,s',
];

/**
 * Starts a PBX that exists only as its manager interface: it speaks AMI as Asterisk 22 does over a SIP
 * trunk to the carrier of the carrier plan, and keeps that carrier's record. It is for tests, demos and
 * load, on machines without Asterisk; no sound and no SIP is involved.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', rights = leastRights } = options;
  const timing = { ...realTiming, ...options.timing };
  const faults = Object.assign(noFaults(), options.faults);
  const user: ManagerUser = {
    username: options.username ?? 'dialer',
    secret: options.secret ?? randomUUID(),
    read: new Set(rights.read),
    write: new Set(rights.write),
  };
  const endpoints = new Set(options.endpoints ?? ['carrier']);
  const dialplan = new Set(options.dialplan ?? shippedDialplan);
  const sessions = new Set<AmiSession>();
  const carrier = openCarrierMemory(options.carrierLog ?? null);
  let count = 0;
  let startedAt = Date.now();
  const world: SimulatedWorld = {
    timing,
    timers: createScaledTimers(timing.speed),
    faults,
    carrier,
    calls: new Map(),
    emit: (event: AmiFields) => sessions.forEach((session) => session.tell(event)),
    next: () => count++,
  };

  const server = net.createServer((socket) => {
    const session = openAmiSession({
      socket,
      context: { world, user, startedAt, dialplan },
      originate: (order) => originateCall(order, world, endpoints),
      onClose: () => sessions.delete(session),
    });
    sessions.add(session);
  });
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;

  const dropLinks = () => [...sessions].forEach((session) => session.cut());
  const goDown = async () => {
    world.timers.cancelAll();
    world.calls.clear();
    dropLinks();
    await close(server);
  };
  return {
    host,
    port,
    username: user.username,
    secret: user.secret,
    faults,
    liveCalls: () => [...world.calls.keys()],
    dropLinks,
    async restart(downMs = 0) {
      await goDown();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      startedAt = Date.now();
      await listen(server, port, host);
    },
    async stop() {
      await goDown();
      carrier.close();
    },
  };
}

function listen(server: net.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: net.Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => server.close(() => resolve()));
}
