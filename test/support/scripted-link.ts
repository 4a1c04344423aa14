import { NotSentError, type NotSentCode } from '../../ami/not-sent-error.ts';
import type { OriginateRequest } from '../../ami/originate-request.ts';
import type { OngoingCall, PbxLink } from '../../ami/pbx-link.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';

/** A call whose evidence the test writes. */
export interface ScriptedCall {
  readonly request: OriginateRequest;
  end(...events: EvidenceEvent[]): void;
}

export interface ScriptedLink extends Pick<PbxLink, 'whenBooted' | 'originate' | 'adopt'> {
  /** Every Originate that was written. */
  readonly sent: ScriptedCall[];
  isBooted: boolean;
  /** Refuse the next Originate for this reason, or break in a way nobody foresaw. */
  trouble: NotSentCode | Error | null;
  /** Channels that live although this link did not place them. */
  readonly live: Map<string, Promise<readonly EvidenceEvent[]>>;
  /** Called when a call was written, before originate returns. */
  onSent: (call: ScriptedCall) => void;
}

/** Stands for the PBX link where a test decides what the PBX says, and when. */
export function createScriptedLink(): ScriptedLink {
  const link: ScriptedLink = {
    sent: [],
    isBooted: true,
    trouble: null,
    live: new Map(),
    onSent: () => {},
    whenBooted: async () => {
      if (!link.isBooted) throw new Error('not booted');
    },
    originate(request, mayStillSend) {
      if (link.trouble instanceof Error) throw link.trouble;
      if (link.trouble !== null) throw new NotSentError(link.trouble, 'as the test wants it');
      if (!mayStillSend()) throw new NotSentError('claim_expired', 'too late');
      let end: (events: readonly EvidenceEvent[]) => void = () => {};
      const ended = new Promise<readonly EvidenceEvent[]>((resolve) => (end = resolve));
      const call: ScriptedCall = { request, end: (...events) => end(events) };
      link.sent.push(call);
      link.onSent(call);
      return ongoing(request.channelId, ended);
    },
    adopt: async (channelId) => {
      const ended = link.live.get(channelId);
      return ended === undefined ? null : ongoing(channelId, ended);
    },
  };
  return link;
}

function ongoing(channelId: string, ended: Promise<readonly EvidenceEvent[]>): OngoingCall {
  return { channelId, ended, events: () => [], onEvent: () => () => {} };
}

const at = '2026-01-05T12:00:00.000Z';

export const evidenceOf = {
  answered: [
    { kind: 'response', at, response: 'Success', reason: 4 },
    { kind: 'hangup', at, half: 1, cause: 16, causeText: 'Normal Clearing', techCause: null },
  ],
  busy: [
    { kind: 'hangup', at, half: 1, cause: 17, causeText: 'User busy', techCause: '486' },
    { kind: 'response', at, response: 'Failure', reason: 0 },
  ],
} as const satisfies Record<string, readonly EvidenceEvent[]>;
