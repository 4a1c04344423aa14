import type {
  AttemptChange,
  RecordedContact,
  ReclassificationPlan,
} from '../domain/reclassify-contact.ts';
import type { AttemptReading, ReclassifyReport, ReadingChange } from './records.ts';

export interface ReclassifyTally {
  /** Counts one contact with all its recorded attempts. */
  add(contact: RecordedContact, plan: ReclassificationPlan): void;
  /** Counts an attempt whose trunk is unknown. */
  skip(trunk: string): void;
  figures(): Omit<ReclassifyReport, 'campaign' | 'dryRun' | 'auditId'>;
}

/** Counts what is read differently; takes as much room as there are kinds of changes. */
export function createReclassifyTally(): ReclassifyTally {
  const changes = new Map<string, Omit<ReadingChange, 'attempts'> & { attempts: number }>();
  const skipped = new Map<string, number>();
  const sums = { attempts: 0, changed: 0, contactsChanged: 0, contactsSettled: 0 };

  function addAttempt({ attempt, to }: AttemptChange): void {
    const kind = { from: readingOf(attempt.classification), to: readingOf(to) };
    const key = JSON.stringify(kind);
    const found = changes.get(key) ?? { ...kind, attempts: 0 };
    found.attempts += 1;
    changes.set(key, found);
  }

  return {
    add(contact, plan) {
      sums.attempts += contact.attempts.length;
      sums.changed += plan.attempts.length;
      plan.attempts.forEach(addAttempt);
      if (plan.contact === null || plan.contact.callStatus === contact.callStatus) return;
      sums.contactsChanged += 1;
      if (plan.contact.settles) sums.contactsSettled += 1;
    },
    skip(trunk) {
      skipped.set(trunk, (skipped.get(trunk) ?? 0) + 1);
    },
    figures: () => ({
      ...sums,
      changes: [...changes]
        .sort(([one, a], [other, b]) => b.attempts - a.attempts || (one < other ? -1 : 1))
        .map(([, change]) => ({ ...change })),
      skipped: [...skipped].map(([trunk, attempts]) => ({ trunk, attempts })),
    }),
  };
}

function readingOf({ dialStatus, callStatus, rule }: AttemptReading): AttemptReading {
  return { dialStatus, callStatus, rule };
}
