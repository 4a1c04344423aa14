import { createPlaceCall } from './place-call.ts';
import { createReconcileCall } from './reconcile-call.ts';
import type { TrunkDeps } from './trunk-deps.ts';

/** The activities of one trunk. Only the process that owns the trunk may run them. */
export function createTrunkActivities(deps: TrunkDeps) {
  return { placeCall: createPlaceCall(deps), reconcileCall: createReconcileCall(deps) };
}
