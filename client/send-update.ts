import {
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowClient,
} from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import { RefusedError } from '../domain/errors.ts';
import { dialerTaskQueue } from '../workflows/ids.ts';
import { NotReachableError } from './not-reachable-error.ts';

/** An update needs a worker to answer it; without one it would wait for ever. */
const answerLimitMs = 20_000;

interface WorkflowUpdate<Result, Message> {
  readonly workflow: { readonly type: string; readonly id: string; readonly input: unknown };
  readonly definition: UpdateDefinition<Result, [Message]>;
  readonly message: Message;
  /** A repeated id gets the first one's result. */
  readonly updateId: string;
}

/**
 * Sends an Update to a workflow and starts the workflow first if it does not run: a contact that was
 * never fed is reached as well.
 * @throws RefusedError with the code of the workflow's refusal; NotReachableError when no worker answers
 */
export async function sendUpdate<Result, Message>(
  workflows: WorkflowClient,
  { workflow, definition, message, updateId }: WorkflowUpdate<Result, Message>,
): Promise<Result> {
  const startWorkflowOperation = new WithStartWorkflowOperation(workflow.type, {
    workflowId: workflow.id,
    args: [workflow.input],
    taskQueue: dialerTaskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  try {
    return await workflows.withDeadline(Date.now() + answerLimitMs, () =>
      workflows.executeUpdateWithStart(definition, {
        args: [message],
        updateId,
        startWorkflowOperation,
      }),
    );
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new NotReachableError('No worker answered: is `dialer up` or `dialer worker` running?');
  }
  if (!(error instanceof WorkflowUpdateFailedError)) return error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  return new RefusedError(cause.type ?? 'REFUSED', cause.message);
}
