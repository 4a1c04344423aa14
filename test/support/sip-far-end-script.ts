/**
 * What a far end does with a call, as data: the steps that follow each INVITE, and what it makes of a
 * CANCEL and a BYE. Steps without a wait leave at once, one after the other; on loopback they arrive
 * in that order.
 */
export interface FarEndScript {
  /** Steps for the first INVITE, for the next one of the same call, and so on; the last serves all later ones. */
  readonly invites: readonly (readonly Step[])[];
  /** Default `487`: 200 to the CANCEL, 487 to the INVITE (RFC 3261, 9.2). */
  readonly onCancel?: OnCancel;
  /** Default true: 200 to a BYE. */
  readonly answersBye?: boolean;
}

export type OnCancel =
  | '487'
  /** As if it had never come. */
  | 'ignore'
  /** The phone was picked up at that moment: 200 to the INVITE, then 200 or 481 to the CANCEL. */
  | 'answer, cancel 200'
  | 'answer, cancel 481'
  /** The CANCEL is taken, and yet the INVITE is answered 200. */
  | 'cancel 200, answer';

export type Step =
  | {
      readonly kind: 'respond';
      readonly code: number;
      /** The To tag; different ones are the branches of a forked call. Null sends none. */
      readonly tag: string | null;
      /** Whole lines; `{here}` stands for the far end's own host and port, `{self}` for the number dialled. */
      readonly headers: readonly string[];
      readonly sdp: Sdp;
      /** Another than the usual one of that code. */
      readonly phrase?: string;
    }
  /** Waits for the ACK of the last final response, the CANCEL or the PRACK. */
  | { readonly kind: 'await'; readonly what: 'ACK' | 'CANCEL' | 'PRACK' }
  /** Lets so much time pass: a phone that rings, where one message right behind another is a race. */
  | { readonly kind: 'pause'; readonly ms: number }
  /** Ends the call, as an answered one, by a BYE with these lines. */
  | { readonly kind: 'bye'; readonly headers: readonly string[] }
  /** Challenges an INVITE that has no right answer to it (RFC 3261, 22), and goes on with one that has. */
  | { readonly kind: 'challenge'; readonly code: 401 | 407; readonly login: Login }
  /** Sends a response that is broken in one of these ways. */
  | { readonly kind: 'malformed'; readonly fault: ResponseFault };

/** `accepted`: one of the codecs offered; `foreign`: one that nobody offered. */
export type Sdp = 'none' | 'accepted' | 'foreign';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export const responseFaults = ['status line', 'no Via', 'no CSeq', 'other branch', 'cut'] as const;
export type ResponseFault = (typeof responseFaults)[number];

/** A response with a code, whole header lines, and the tag `a`. */
export function respond(code: number, ...headers: string[]): Step {
  return { kind: 'respond', code, tag: 'a', headers, sdp: 'none' };
}

/** The same on a branch of its own. */
export function respondOn(tag: string, code: number, sdp: Sdp = 'none'): Step {
  return { kind: 'respond', code, tag, headers: [], sdp };
}

/** 200, with SDP that takes what was offered. */
export function answer(sdp: Sdp = 'accepted'): Step {
  return respondOn('a', 200, sdp);
}

/** 183 with SDP: the caller hears the network. */
export function earlyMedia(): Step {
  return respondOn('a', 183, 'accepted');
}

/** A script of one INVITE. */
export function once(...steps: Step[]): FarEndScript {
  return { invites: [steps] };
}

export const awaitAck: Step = { kind: 'await', what: 'ACK' };
export const bye = (...headers: string[]): Step => ({ kind: 'bye', headers });
