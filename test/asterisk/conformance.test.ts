import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSimulator } from '../../asterisk/simulator/start-simulator.ts';
import { startRealAsterisk } from '../support/start-real-asterisk.ts';
import { checkConformance } from './conformance-cases.ts';

test(
  'the simulator reports every far end as the carrier plan says',
  { concurrency: true },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'dialer-simulator-'));
    const carrierLog = join(folder, 'calls.csv');
    const simulator = await startSimulator({ carrierLog });
    t.after(async () => {
      await simulator.stop();
      await rm(folder, { recursive: true });
    });
    await checkConformance(t, {
      ami: simulator,
      carrierLog,
      plays: () => true,
      restart: async () => {
        await simulator.restart();
        return simulator;
      },
    });
  },
);

test(
  'a real Asterisk reports every far end as the carrier plan says',
  { concurrency: true },
  async (t) => {
    const asterisk = await startRealAsterisk(t);
    if (asterisk === null) return;
    await checkConformance(t, {
      ami: asterisk.ami,
      carrierLog: asterisk.carrierLog,
      plays: () => true,
      restart: async () => {
        await asterisk.restart();
        return asterisk.ami;
      },
    });
  },
);
