import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { localPlanContext } from '../../asterisk/local-plan.ts';
import type { Outcome } from '../../asterisk/plan/outcome.ts';
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
      plays: isSimulated,
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

/** The simulator knows far ends and dead ends of the dialplan, and nothing yet of what follows an answer. */
function isSimulated({ code, behaviour, order, connectSide }: Outcome): boolean {
  if (order.dialString.endsWith(`@${localPlanContext}`)) return true;
  if (order.dialString !== 'PJSIP/{number}@carrier' || order.connect !== 'context') return false;
  if (order.machine !== 'off' || order.assignedAgent !== null || connectSide !== 'plays')
    return false;
  if (behaviour.kind === 'answer') return ['200', '201'].includes(code);
  return behaviour.kind !== 'refuse' || behaviour.earlyMediaFirst !== true;
}
