import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readCarrierLog } from '../carrier-log.ts';
import { farEndOf, farEndOfCode, type FarEnd } from '../carrier-plan.ts';

/** The simulated carrier: it knows who was called how often, and keeps the record. */
export interface CarrierMemory {
  /** A call reaches the carrier: it is recorded, and then meets the far end returned. */
  takeCall(dialled: string, congested: boolean): FarEnd;
  close(): void;
}

/**
 * Remembers earlier calls from the log file and appends to it with each call, before anything rings;
 * without a path it remembers only as long as it lives.
 */
export function openCarrierMemory(path: string | null): CarrierMemory {
  const calls = new Map<string, number>();
  if (path !== null) {
    for (const call of readCarrierLog(path)) count(call.number);
    mkdirSync(dirname(path), { recursive: true });
  }
  const file = path === null ? null : openSync(path, 'a');
  let open = true;

  function count(number: string): number {
    const earlier = calls.get(number) ?? 0;
    calls.set(number, earlier + 1);
    return earlier;
  }

  return {
    takeCall(dialled, congested) {
      const number = dialled.replace(/\D/g, '');
      const planned = farEndOf(number, count(number));
      const farEnd = congested ? farEndOfCode('503') : planned;
      // Written at once and whole: the record is believed after a kill.
      if (file !== null && open) {
        writeSync(file, `${new Date().toISOString()},${number},${farEnd.code}\n`);
      }
      return farEnd;
    },
    close() {
      if (file !== null && open) closeSync(file);
      open = false;
    },
  };
}
