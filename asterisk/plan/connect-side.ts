/**
 * What the connect side does with an answered call: the sequel in the test context `outcomes` of the
 * provisioned PBX, or in the shipped dialplan. asterisk/provision/outcomes-dialplan.ts has its steps.
 */
export type ConnectSide =
  /** Plays a greeting and hangs up; the default. */
  | 'plays'
  /** Rings an agent's phone that takes the call and stays. */
  | 'agent-takes'
  /** … takes it and hangs up after a second. */
  | 'agent-leaves'
  /** Rings an agent's phone for two seconds that nobody takes, and gives the call up. */
  | 'agent-does-not-take'
  /** Rings an agent's phone for a minute that nobody takes. */
  | 'agent-rings-on'
  | 'agent-busy'
  /** Dials an endpoint without a phone. */
  | 'agent-without-phone'
  /** A first agent is busy, a second one takes the call. */
  | 'second-agent-takes'
  /** Nobody takes it, and a recording does: UserEvent(DialerStep) says so. */
  | 'recording-takes'
  | 'queue-with-agent'
  /** Members whose phones ring and ring; the queue gives up after two seconds. */
  | 'queue-times-out'
  /** The same for a minute. */
  | 'queue-rings-on'
  /** Nobody is in the queue, and it lets callers wait: for two seconds. */
  | 'queue-empty'
  /** Nobody is in the queue, and it refuses callers then. */
  | 'queue-closed'
  /** A queue times out, and then an agent takes the call. */
  | 'agent-after-queue'
  /** The agent's phone transfers by REFER to somebody who takes the call. */
  | 'refer'
  /** … to somebody who is busy. */
  | 'refer-to-busy'
  /** … to an extension that is not there. */
  | 'refer-to-nowhere'
  /** Asks somebody first, then transfers by REFER with Replaces. */
  | 'refer-replaces'
  /** By the PBX's feature codes. */
  | 'blind-by-code'
  | 'blind-by-code-to-nowhere'
  | 'attended-by-code'
  /** Asks somebody, joins all three, and leaves. */
  | 'attended-three-way'
  /** Asks somebody and takes the call back. */
  | 'attended-given-up'
  /** The agent hangs up on a consultation that still rings, and the PBX completes it. */
  | 'attended-while-ringing'
  /** The dialplan connects a second department when the first has hung up. */
  | 'second-department'
  /** The dialplan reports a transfer by the shipped routine, and connects a queue. */
  | 'dialer-transfer'
  /** The contact's own side asks for a transfer, which its context does not allow. */
  | 'contact-refers';

/** The phone of an agent: an extension of the carrier's, reached through the endpoint `phones`. */
export type AgentPhone =
  | 'agent-takes'
  | 'agent-leaves'
  | 'agent-leaves-later'
  | 'agent-rings'
  | 'agent-busy'
  | 'agent-refers'
  | 'agent-refers-to-busy'
  | 'agent-refers-to-nowhere'
  | 'agent-refers-replaces'
  | 'agent-blind-by-code'
  | 'agent-blind-by-code-to-nowhere'
  | 'agent-attended-by-code'
  | 'agent-attended-given-up'
  | 'agent-attended-three-way'
  | 'agent-attended-while-ringing';

/** Where agents may transfer calls to: extensions of the PBX's context `departments`. */
export const departments = { takes: '501', plays: '502', busy: '503', rings: '504' } as const;
