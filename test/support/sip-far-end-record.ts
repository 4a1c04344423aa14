import { within } from './scripted-ami.ts';

/** One message of a call, as the far end saw it: the carrier's own record. */
export interface FarEndEntry {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly direction: 'received' | 'sent';
  /** A method, or the code of a response. */
  readonly what: string;
  /** The number the call was for; for an INVITE, who it rang. */
  readonly number: string;
  readonly callId: string;
  /** Such as `1 INVITE`: for a response, what it answers. */
  readonly cseq: string;
  /** Which branch of a forked call; null when there is no tag yet. */
  readonly toTag: string | null;
  /** Of the header Reason (RFC 3326). */
  readonly reason: string | null;
  /** The whole first line. */
  readonly startLine: string;
  /** A retransmission. */
  readonly repeated: boolean;
}

/** Everything that went in and out, in order; only for reading. */
export interface FarEndRecord {
  entries(number?: string): FarEndEntry[];
  /**
   * The requests received, first sendings by CSeq and then by arrival: `INVITE`, `CANCEL`, `ACK` … An ACK
   * and the INVITE after it may overtake each other on the way.
   */
  received(number: string): string[];
  /** Resolves when so many first sendings of this have been received for the number. */
  whenReceived(number: string, what: string, count?: number): Promise<void>;
}

/** The record, and the way to write it. */
export interface WritableRecord extends FarEndRecord {
  write(entry: Omit<FarEndEntry, 'at'>): void;
}

/** A call is cancelled after its ring limit, and answered ones end within seconds. */
const receiveLimitMs = 15_000;

/** An empty record. */
export function openFarEndRecord(): WritableRecord {
  const all: FarEndEntry[] = [];
  const listeners = new Set<() => void>();
  const entries = (number?: string) =>
    all.filter((entry) => number === undefined || entry.number === number);
  const received = (number: string) =>
    entries(number)
      .filter((entry) => entry.direction === 'received' && !entry.repeated)
      .filter(({ startLine }) => !startLine.startsWith('SIP/2.0'))
      .toSorted((a, b) => Number.parseInt(a.cseq) - Number.parseInt(b.cseq))
      .map(({ what }) => what);
  return {
    entries,
    received,
    whenReceived(number, what, count = 1) {
      return within(receiveLimitMs, `${what} for ${number}`, (resolve) => {
        const check = () => {
          if (received(number).filter((each) => each === what).length < count) return;
          listeners.delete(check);
          resolve(undefined);
        };
        listeners.add(check);
        check();
      });
    },
    write(entry) {
      all.push({ at: new Date().toISOString(), ...entry });
      for (const listener of [...listeners]) listener();
    },
  };
}
