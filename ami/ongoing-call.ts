import type { EvidenceEvent } from '../domain/evidence.ts';

/** A call that the link follows until its evidence is complete. */
export interface OngoingCall {
  /** The attempt id, also Asterisk's Uniqueid. */
  readonly channelId: string;
  /** What is known so far, in order of arrival. */
  events(): readonly EvidenceEvent[];
  /**
   * All of the evidence, once it is complete. Never rejects. Stays pending while the PBX is out of
   * reach, and for good when the link is stopped: the call may live on and is another owner's to adopt.
   */
  readonly ended: Promise<readonly EvidenceEvent[]>;
  /** Called with each further event; returns how to stop listening. */
  onEvent(listener: (event: EvidenceEvent) => void): () => void;
}
