import { setTimeout as delay } from 'node:timers/promises';
import type { AmiLog } from '../ami/pbx-link.ts';
import { addLateEvidence } from '../db/add-late-evidence.ts';
import type { Database } from '../db/open-database.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { TrunkTraits } from '../domain/trunk-traits.ts';

export interface LateEvidenceKeeper {
  /** Hears an event of a call whose evidence was complete; returns at once. */
  hear(channelId: string, event: EvidenceEvent): void;
  /** Gives up what is not kept yet. */
  stop(): void;
}

/** The outcome that an event comes too late for may still be on its way to Postgres. */
const defaultPatienceMs = 5_000;
/** So often is it tried again, for as long as Postgres may well be away. */
const mostTries = 60;

/**
 * Brings late evidence into Postgres, where it may change the status of its attempt. The socket's reader
 * never waits for it. What cannot be kept in five minutes is given up and logged: it decides nothing that
 * was not decided without it.
 */
export function createLateEvidenceKeeper(
  db: Database,
  trunk: TrunkTraits,
  log: AmiLog,
  patienceMs = defaultPatienceMs,
): LateEvidenceKeeper {
  const stopping = new AbortController();

  async function keep(attemptId: AttemptId, event: EvidenceEvent): Promise<void> {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      if (tries > 1) await delay(patienceMs, undefined, { signal: stopping.signal });
      try {
        const { isRecorded, changed } = await addLateEvidence(db, { attemptId, event, trunk });
        if (!isRecorded) continue;
        log.info({ attemptId, kind: event.kind, changed }, 'late evidence kept');
        return;
      } catch (error) {
        // An id that was never claimed here, such as that of a rights check.
        if ((error as { code?: unknown }).code === 'UNKNOWN_ATTEMPT') return;
        log.warn({ attemptId, error }, 'late evidence not kept yet');
      }
    }
    log.error({ attemptId, kind: event.kind }, 'late evidence given up');
  }

  return {
    hear(channelId, event) {
      keep(channelId as AttemptId, event).catch(() => {
        log.warn(
          { attemptId: channelId, kind: event.kind },
          'late evidence left unjudged: stopping',
        );
      });
    },
    stop: () => stopping.abort(),
  };
}
