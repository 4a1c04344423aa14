import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { AmiTimeouts } from '../../ami/ami-timeouts.ts';
import type { OriginateRequest } from '../../ami/originate-request.ts';
import { createPbxLink, type PbxLink, type PbxLinkState } from '../../ami/pbx-link.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import type { PbxLinkOptions } from '../../ami/pbx-link.ts';
import { createKeptLog } from './kept-log.ts';
import {
  startScriptedAmi,
  within,
  type ScriptedAmi,
  type ScriptedAmiOptions,
} from './scripted-ami.ts';

export const quickTimeouts: AmiTimeouts = {
  connectMs: 1_000,
  loginMs: 300,
  bootWarningMs: 100,
  actionMs: 300,
  pingEveryMs: 5_000,
  backOffFirstMs: 10,
  backOffLongestMs: 40,
  refusedRetryMs: 100,
  graceMs: 40,
  checkEveryMs: 80,
  responseSlackMs: -4_850,
};

export interface TestLink {
  readonly pbx: ScriptedAmi;
  readonly link: PbxLink;
  readonly logLines: () => string[];
}

/** A scripted PBX and a started link to it, both stopped after the test. */
export async function startTestLink(
  t: TestContext,
  pbxOptions: ScriptedAmiOptions = {},
  linkOptionsOf: (port: number) => Partial<PbxLinkOptions> = () => ({}),
): Promise<TestLink> {
  const pbx = await startScriptedAmi(pbxOptions);
  const linkOptions = linkOptionsOf(pbx.port);
  const { log, lines } = createKeptLog();
  const link = createPbxLink({
    host: '127.0.0.1',
    port: pbx.port,
    username: 'dialer',
    secret: 'a secret of the test',
    log,
    ...linkOptions,
    timeouts: { ...quickTimeouts, ...linkOptions.timeouts },
  });
  t.after(async () => {
    await link.stop();
    await pbx.stop();
  });
  link.start();
  return { pbx, link, logLines: lines };
}

/** An Originate with a new id; its ring limit, with quickTimeouts, is 150 ms. */
export function anOriginate(change: Partial<OriginateRequest> = {}): OriginateRequest {
  return {
    channelId: randomUUID(),
    dialString: 'PJSIP/525512345678@carrier-a',
    timeoutMs: 5_000,
    callerId: 'Acme <525550001111>',
    connect: { kind: 'extension', context: 'dialer-answered', extension: 's', priority: 1 },
    variables: {},
    ...change,
  };
}

/** Resolves when the link is in this state. */
export function whenState(link: PbxLink, wanted: PbxLinkState): Promise<void> {
  return within(3_000, `state ${wanted}`, (resolve) => {
    const stop = link.onState(check);
    function check(): void {
      if (link.state() !== wanted) return;
      stop();
      resolve();
    }
    check();
  });
}

/** The evidence without its times, one short line each. */
export function shortEvidence(events: readonly EvidenceEvent[]): string[] {
  return events.map(({ kind, at: _at, ...rest }) => [kind, ...Object.values(rest)].join(' '));
}
