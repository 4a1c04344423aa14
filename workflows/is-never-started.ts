import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';

/**
 * True when an activity failed because no worker ever took it: nothing can have been sent.
 * Every other failure of placeCall, a cancellation included, leaves that open.
 */
export function isNeverStarted(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START'
  );
}
