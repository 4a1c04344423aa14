import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { answerHeader, challengeHeader, isRightAnswer } from './sip-far-end-digest.ts';
import { breakResponse } from './sip-far-end-fault.ts';
import { buildResponse, valueOf, type SipMessage } from './sip-far-end-message.ts';
import type { OnCancel, Sdp, Step } from './sip-far-end-script.ts';

/** One INVITE of a call (RFC 3261, 17.2.1) and the steps that follow it. */
export interface InviteTransaction {
  /** The INVITE has come again. */
  repeat(): void;
  ack(toTag: string | null): void;
  /** A provisional response was confirmed (RFC 3262). */
  prack(): void;
  /** A CANCEL for it: what becomes of the INVITE and of the CANCEL. */
  cancel(request: SipMessage, onCancel: OnCancel): void;
  stop(): void;
}

export interface InviteOptions {
  readonly request: SipMessage;
  readonly number: string;
  readonly steps: readonly Step[];
  /** Host and port of the far end. */
  readonly here: string;
  readonly send: (text: string) => void;
  readonly sendBye: (toTag: string, headers: readonly string[]) => void;
}

/** T1 and T2 of RFC 3261, 17: finals are sent again until the ACK has come. */
const firstPauseMs = 500;
const longestPauseMs = 4_000;

/** Starts to carry the steps out. */
export function startInvite(options: InviteOptions): InviteTransaction {
  const { request, steps, send } = options;
  const signals = new EventEmitter();
  const heard = { ACK: false, CANCEL: false, PRACK: false };
  const resending = new Map<string | null, NodeJS.Timeout>();
  let last: string | null = null;
  let finalSent = false;

  function hear(what: keyof typeof heard): void {
    heard[what] = true;
    signals.emit(what);
  }

  async function carryOut(): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'await') {
        if (!heard[step.what]) await once(signals, step.what);
      } else if (step.kind === 'pause') {
        await pause(step.ms, undefined, { ref: false });
      } else if (!take(step)) return;
    }
  }

  /** False when nothing may follow in this transaction. */
  function take(step: Exclude<Step, { kind: 'await' | 'pause' }>): boolean {
    switch (step.kind) {
      case 'respond':
        respond(step);
        return true;
      case 'bye':
        options.sendBye('a', step.headers);
        return true;
      case 'malformed':
        send(breakResponse(responseTo(486, 'a'), step.fault));
        return true;
      case 'challenge': {
        const given = valueOf(request, answerHeader(step.code));
        if (isRightAnswer(given, 'INVITE', step.login)) return true;
        respond({ code: step.code, tag: 'a', headers: [challengeHeader(step.code)], sdp: 'none' });
        return false;
      }
    }
  }

  function respond(parts: ResponseStep): void {
    const { code, tag, headers, sdp, phrase } = parts;
    last = responseTo(code, tag, headers, sdp, phrase);
    send(last);
    if (code < 200) return;
    finalSent = true;
    heard.ACK = false;
    keepSending(tag, last, firstPauseMs);
  }

  function responseTo(
    code: number,
    tag: string | null,
    headers: readonly string[] = [],
    sdp: Sdp = 'none',
    phrase = 'Scripted',
  ): string {
    const { number, here } = options;
    const own = headers.map((line) => line.replaceAll('{here}', here).replaceAll('{self}', number));
    const contact = code > 100 && code < 300 ? [`Contact: <sip:${number}@${here}>`] : [];
    const body = sdp === 'none' ? '' : sessionDescription(sdp);
    return buildResponse(request, {
      code,
      phrase,
      toTag: tag,
      headers: [...contact, ...own],
      body,
    });
  }

  function keepSending(tag: string | null, text: string, pauseMs: number): void {
    clearTimeout(resending.get(tag));
    const again = () => {
      send(text);
      keepSending(tag, text, Math.min(pauseMs * 2, longestPauseMs));
    };
    resending.set(tag, setTimeout(again, pauseMs).unref());
  }

  function stop(): void {
    for (const timer of resending.values()) clearTimeout(timer);
    resending.clear();
  }

  const answerNow = () => respond({ code: 200, tag: 'a', headers: [], sdp: 'accepted' });

  void carryOut();
  return {
    repeat() {
      if (last !== null) send(last);
    },
    ack(toTag) {
      clearTimeout(resending.get(toTag));
      resending.delete(toTag);
      hear('ACK');
    },
    prack: () => hear('PRACK'),
    cancel(cancel, onCancel) {
      hear('CANCEL');
      if (onCancel === 'ignore') return;
      const code = onCancel === 'answer, cancel 481' ? 481 : 200;
      const answerCancel = () =>
        send(
          buildResponse(cancel, { code, phrase: 'Scripted', toTag: 'a', headers: [], body: '' }),
        );
      if (onCancel.startsWith('answer')) answerNow();
      answerCancel();
      if (onCancel === 'cancel 200, answer') answerNow();
      if (onCancel === '487' && !finalSent) {
        respond({ code: 487, tag: 'a', headers: [], sdp: 'none' });
      }
    },
    stop,
  };
}

type ResponseStep = Omit<Extract<Step, { kind: 'respond' }>, 'kind'>;

// Port 9 discards what is sent to it; 0 is PCMU, which our side offers, 18 G.729, which it does not.
function sessionDescription(sdp: 'accepted' | 'foreign'): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio 9 RTP/AVP ${sdp === 'accepted' ? 0 : 18}`,
    '',
  ].join('\r\n');
}
