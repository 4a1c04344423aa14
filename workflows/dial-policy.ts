import type { ActivityOptions } from '@temporalio/workflow';
import { longestInQueueMs } from '../domain/feed-capacity.ts';

/**
 * Options of the activities that stand between a contact and a phone.
 *
 * placeCall may run at most once: without this explicit policy Temporal retries for ever, and a
 * retried Originate is a second call. A test holds on to `maximumAttempts: 1`.
 */
export const placeCallOptions = Object.freeze({
  retry: Object.freeze({ maximumAttempts: 1 }),
  heartbeatTimeout: '20s',
  /** Twice the time that the feeder keeps filled; never started, so another trunk is safe. */
  scheduleToStartTimeout: longestInQueueMs,
  /** A call may be long; the heartbeat is what notices a dead process. */
  startToCloseTimeout: '12h',
} satisfies ActivityOptions);

/** reconcileCall never dials, so it is retried for as long as it takes. */
export const reconcileCallOptions = Object.freeze({
  retry: Object.freeze({ initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s' }),
  heartbeatTimeout: '20s',
  startToCloseTimeout: '12h',
} satisfies ActivityOptions);
