import type { CampaignSettings } from '../campaign-settings.ts';
import type { Ending } from './call-outcomes.ts';

/** How long a call holds its channel, in milliseconds, by what it ends with. */
export type CallDurations = Readonly<Record<Ending, number>>;

/** Until a person picks up, until a mailbox does, and until somebody who declines has. */
const personRingMs = 12_000;
const mailboxRingMs = 20_000;
const declineRingMs = 8_000;
/** A machine is heard out before it is known for one. */
const detectionMs = 4_000;
const messageMs = 30_000;
/** How long somebody who waits for an agent stays on the line. */
const patienceMs = 10_000;
/** The carrier refuses, without or with an announcement. */
const refusalMs = 3_000;
const announcementMs = 8_000;

/**
 * What a forecast takes calls to last. `talkMs` is the mean conversation; a forecast gives every call the
 * mean of its kind, which tells hours and finish as well as a spread would.
 */
export function assumedDurations(
  settings: Pick<CampaignSettings, 'ringTimeoutMs' | 'answeringMachine'>,
  talkMs: number,
): CallDurations {
  const ringing = (ms: number) => Math.min(ms, settings.ringTimeoutMs);
  const answered = ringing(personRingMs) + talkMs;
  return {
    answered,
    transferred: answered,
    voicemail: ringing(mailboxRingMs) + machineMs(settings, talkMs),
    abandoned: ringing(personRingMs) + patienceMs,
    no_answer: settings.ringTimeoutMs,
    busy: refusalMs,
    out_of_service: announcementMs,
    rejected: ringing(declineRingMs),
    invalid_number: refusalMs,
    dialing_error: refusalMs,
    unconfirmed: settings.ringTimeoutMs,
  };
}

function machineMs(
  { answeringMachine }: Pick<CampaignSettings, 'answeringMachine'>,
  talkMs: number,
): number {
  const action = answeringMachine?.action ?? 'pass';
  if (action === 'pass') return talkMs;
  return action === 'message' ? detectionMs + messageMs : detectionMs;
}
