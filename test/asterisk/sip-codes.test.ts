import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPbxLink, type PbxLink } from '../../ami/pbx-link.ts';
import { causeOfSipCode } from '../../domain/sip-cause-of-asterisk.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { createKeptLog } from '../support/kept-log.ts';
import { within } from '../support/scripted-ami.ts';
import { startRealAsterisk } from '../support/start-real-asterisk.ts';
import { anOriginate } from '../support/test-link.ts';

/** More at once than a busy Asterisk answers in time: it drops requests then, and SIP sends them again. */
const atOnce = 50;

test('a real Asterisk passes every final SIP code on, and makes the cause we know of it', async (t) => {
  const asterisk = await startRealAsterisk(t);
  if (asterisk === null) return;
  const link = createPbxLink({ ...asterisk.ami, log: createKeptLog().log });
  t.after(() => link.stop());
  link.start();
  await link.whenBooted(10_000);
  for (let first = 300; first < 700; first += atOnce) {
    const codes = Array.from({ length: atOnce }, (_, index) => first + index);
    const told = await Promise.all(codes.map((code) => hangupOf(link, code)));
    assert.deepEqual(
      told,
      codes.map((code) => `${code}: ${code}, cause ${causeOfSipCode(code)}`),
    );
  }
});

async function hangupOf(link: PbxLink, code: number): Promise<string> {
  const dialString = `PJSIP/525557200${code}@carrier`;
  const call = link.originate(anOriginate({ dialString, timeoutMs: 15_000 }), () => true);
  const events = await within<readonly EvidenceEvent[]>(20_000, `the end of ${code}`, (resolve) => {
    void call.ended.then(resolve);
  });
  const hangup = events.find((event) => event.kind === 'hangup');
  return `${code}: ${hangup?.techCause}, cause ${hangup?.cause}`;
}
