import { isUuid } from '../domain/ids.ts';
import { buildFrame, type AmiFrame } from './ami-frame.ts';
import { isDialString } from './dial-string.ts';
import { NotSentError } from './not-sent-error.ts';
import type { ConnectTarget, OriginateRequest } from './originate-request.ts';

const name = /^[A-Za-z0-9_-]{1,80}$/;
const applicationData = /^[A-Za-z0-9_./@,:+-]{1,200}$/;
const callerId = /^(?:[^\p{C}"<>\\${}]{1,80} <\+?[0-9]{1,18}>|\+?[0-9]{1,18})$/u;

/**
 * The Originate frame of one attempt. Always asynchronous: a synchronous Originate blocks the whole AMI
 * session until the answer, and sends no OriginateResponse.
 * @throws NotSentError `frame_refused`, naming the field.
 */
export function buildOriginateFrame(request: OriginateRequest, actionId: string): AmiFrame {
  const { channelId, dialString, timeoutMs, variables } = request;
  check(isUuid(channelId), 'channelId is not a lower-case UUID');
  check(isDialString(dialString), 'dialString is not one plain destination');
  // Asterisk reads it with %d: 30s would be 30 ms, and 0 or less would ring for ever.
  check(
    Number.isSafeInteger(timeoutMs) && timeoutMs >= 5_000 && timeoutMs <= 120_000,
    'timeoutMs is not a whole number from 5000 to 120000',
  );
  const headers: Record<string, string> = {
    channel: dialString,
    channelid: channelId,
    async: 'true',
    timeout: String(timeoutMs),
    ...connectHeaders(request.connect),
  };
  if (request.callerId !== null) {
    check(callerId.test(request.callerId), 'callerId is neither `Name <digits>` nor digits');
    headers['callerid'] = request.callerId;
  }
  return buildFrame('Originate', actionId, headers, given(variables));
}

function connectHeaders(connect: ConnectTarget): Record<string, string> {
  if (connect.kind === 'application') {
    const { application, data } = connect;
    check(['Playback', 'Queue', 'Dial'].includes(application), 'connect.application is unknown');
    check(applicationData.test(data), 'connect.data holds a character that is not allowed');
    return { application, data };
  }
  const { context, extension, priority } = connect;
  check(name.test(context), 'connect.context is not a name');
  check(name.test(extension), 'connect.extension is not a name');
  check(Number.isSafeInteger(priority) && priority >= 1 && priority <= 9_999, 'connect.priority');
  return { context, exten: extension, priority: String(priority) };
}

function given(variables: OriginateRequest['variables']): Record<string, string> {
  const entries = Object.entries(variables).filter(([, value]) => (value as unknown) !== undefined);
  return Object.fromEntries(entries);
}

function check(holds: boolean, reason: string): void {
  if (!holds) throw new NotSentError('frame_refused', reason);
}
