import type { TestContext } from 'node:test';
import type { ExtraTrunk } from '../../asterisk/provision/extra-trunks.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { createPbxLink, type PbxLink } from '../../ami/pbx-link.ts';
import { within } from '../support/scripted-ami.ts';
import { startSipFarEnd } from '../support/sip-far-end.ts';
import type { FarEndRecord } from '../support/sip-far-end-record.ts';
import type { FarEndScript } from '../support/sip-far-end-script.ts';
import { startRealAsterisk, type RealAsterisk } from '../support/start-real-asterisk.ts';
import { anOriginate } from '../support/test-link.ts';

/** A real Asterisk, linked to the project's own adapter, with a scripted SIP peer behind some of its trunks. */
export interface SipBench {
  readonly asterisk: RealAsterisk;
  readonly link: PbxLink;
  /** The far end's own record. */
  readonly record: FarEndRecord;
  /** Places a call; its complete evidence. */
  dial(trunk: string, number: string): Promise<readonly EvidenceEvent[]>;
}

const silent = () => undefined;
const ringLimitMs = 5_000;
const endLimitMs = 20_000;

/** Starts one, gone after the test; null when no Asterisk is installed. */
export async function startSipBench(
  t: TestContext,
  scriptOf: (number: string) => FarEndScript | undefined,
  trunks: readonly Omit<ExtraTrunk, 'port'>[],
): Promise<SipBench | null> {
  const farEnd = await startSipFarEnd(scriptOf);
  t.after(() => farEnd.stop());
  const asterisk = await startRealAsterisk(
    t,
    trunks.map((trunk) => ({ ...trunk, port: farEnd.port })),
  );
  if (asterisk === null) return null;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const link = createPbxLink({ ...asterisk.ami, log, timeouts: { graceMs: 1_000 } });
  t.after(() => link.stop());
  link.start();
  await link.whenBooted(10_000);
  return {
    asterisk,
    link,
    record: farEnd.record,
    dial(trunk, number) {
      const dialString = `PJSIP/${number}@${trunk}`;
      const call = link.originate(anOriginate({ dialString, timeoutMs: ringLimitMs }), () => true);
      return within(endLimitMs, `the end of the call to ${number}`, (resolve, reject) => {
        call.ended.then(resolve, reject);
      });
    },
  };
}
