import { randomUUID } from 'node:crypto';
import type { AmiConnection } from './ami-connection.ts';
import { AlreadySentError, NotSentError } from './not-sent-error.ts';
import { ActionRefusedError } from './not-answered-error.ts';
import type { OngoingCall } from './ongoing-call.ts';
import { buildOriginateFrame } from './originate-frame.ts';
import type { OriginateRequest } from './originate-request.ts';
import type { FollowedCall } from './followed-call.ts';
import type { SentIds } from './sent-ids.ts';

export interface PlaceOriginateDeps {
  readonly connection: AmiConnection | null;
  readonly sentIds: SentIds;
  readonly isFollowed: (channelId: string) => boolean;
  readonly follow: (request: OriginateRequest, actionId: string) => FollowedCall;
}

/**
 * The one place where a call is placed. There is no await in it: whether it may still be sent, whether
 * the link takes it at once, and the write are one tick, so nothing can change in between. The id counts
 * as sent before the write, and the call is followed before it: no event can come too early.
 * @throws NotSentError, AlreadySentError
 */
export function placeOriginate(
  request: OriginateRequest,
  mayStillSend: () => boolean,
  { connection, sentIds, isFollowed, follow }: PlaceOriginateDeps,
): OngoingCall {
  const actionId = randomUUID();
  const frame = buildOriginateFrame(request, actionId);
  if (isFollowed(request.channelId) || sentIds.has(request.channelId)) throw new AlreadySentError();
  if (!connection?.isBooted()) throw new NotSentError('pbx_unreachable', 'the PBX link is not up');
  // Bytes must never wait in a half-open link, to be delivered when the claim is long gone.
  if (!connection.isClear()) throw new NotSentError('pbx_unreachable', 'the PBX does not read');
  if (!mayStillSend()) throw new NotSentError('claim_expired', 'the claim is too old or withdrawn');
  sentIds.add(request.channelId);
  const followed = follow(request, actionId);
  connection.write(frame, (outcome) => {
    if (!(outcome instanceof ActionRefusedError)) return;
    followed.note({
      kind: 'refused',
      at: new Date().toISOString(),
      message: outcome.message,
    });
  });
  return followed.call;
}
