import { randomInt, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeUdpPorts } from '../asterisk/provision/free-udp-ports.ts';
import { carrierModules, dialerModules } from '../asterisk/provision/modules.ts';
import { startInstance, type Instance } from '../asterisk/provision/start-instance.ts';
import { freePort } from '../runtime/loopback-port.ts';
import {
  carrierFiles,
  dialerFiles,
  numberOf,
  type AmdPairPorts,
} from './amd-pair-configuration.ts';
import type { LabelledSound } from './labelled-sounds.ts';

interface Account {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

/** Two Asterisks: ours with what we ship, and a carrier behind which the labelled sounds answer. */
export interface AmdPair {
  /** Of the PBX under test: originates, and hears its calls and what its dialplan reports. */
  readonly ami: Account;
  /** Of the carrier, which reports `FarEnd` (Step: silent) after a sound, and when it hears somebody talk. */
  readonly carrierAmi: Account;
  /** The trunk's number where this sound answers, and waits in silence afterwards. */
  numberOf(sound: LabelledSound): string;
  stop(): Promise<void>;
}

export interface AmdPairOptions {
  /** Of the unpacked Asterisk. */
  readonly root: string;
  readonly runDir: string;
  readonly sounds: readonly LabelledSound[];
  /** The text of amd.conf. */
  readonly settings: string;
}

const soundFolder = fileURLToPath(new URL('../asterisk/sounds/', import.meta.url));

/** @throws Error when one of the two does not get ready; nothing is left running. */
export async function startAmdPair(options: AmdPairOptions): Promise<AmdPair> {
  const secret = randomUUID();
  const [sip = 0, carrierSip = 0] = await freeUdpPorts(2);
  const ports = { ami: await freePort(), carrierAmi: await freePort(), sip, carrierSip };
  const rtpStart = randomInt(16_500, 31_000) * 2;
  const carrier = await startCarrier(options, ports, secret, rtpStart);
  const dialer = await startDialer(options, ports, secret, rtpStart + 1_000).catch(
    async (error: unknown) => {
      await carrier.stop();
      throw error;
    },
  );
  return {
    ami: { host: '127.0.0.1', port: ports.ami, username: 'dialer', secret },
    carrierAmi: { host: '127.0.0.1', port: ports.carrierAmi, username: 'watcher', secret },
    numberOf: (sound) => numberOf(options.sounds.indexOf(sound)),
    async stop() {
      await dialer.stop();
      await carrier.stop();
    },
  };
}

function startDialer(
  { root, runDir, settings }: AmdPairOptions,
  ports: AmdPairPorts,
  secret: string,
  rtpStart: number,
): Promise<Instance> {
  const forAmd = ['app_amd', 'app_stack', 'app_userevent', 'app_waitforsilence'];
  return startInstance({
    root,
    folder: join(runDir, 'dialer'),
    modules: [...new Set([...dialerModules, ...forAmd])],
    rtpStart,
    configuration: dialerFiles(ports, secret, settings),
    account: { port: ports.ami, username: 'dialer', secret },
    isReady: async (probe) => (await probe.evaluate('DEVICE_STATE(PJSIP/carrier)')) === 'NOT_INUSE',
  });
}

function startCarrier(
  { root, runDir, sounds }: AmdPairOptions,
  ports: AmdPairPorts,
  secret: string,
  rtpStart: number,
): Promise<Instance> {
  const folder = join(runDir, 'carrier');
  const copies = join(folder, 'data/sounds/answers');
  mkdirSync(copies, { recursive: true });
  for (const { file } of sounds) cpSync(join(soundFolder, file), join(copies, file));
  return startInstance({
    root,
    folder,
    modules: [...new Set([...carrierModules, 'app_userevent', 'func_talkdetect'])],
    rtpStart,
    configuration: carrierFiles(ports, secret, sounds),
    account: { port: ports.carrierAmi, username: 'watcher', secret },
    isReady: () => Promise.resolve(true),
  });
}
