import { headerOf } from '../../asterisk/simulator/ami-wire.ts';
import { waitFor } from '../support/wait-for.ts';
import { openManagerSession, type Account } from './manager-session.ts';

/**
 * Waits until the PBX has found out that the trunk `unreachable` is; it asks some time after it has
 * booted, and before that it tries.
 */
export async function untilUnreachable(ami: Account): Promise<void> {
  const session = await openManagerSession(ami);
  const Variable = 'PJSIP_DIAL_CONTACTS(unreachable)';
  await waitFor(async () => {
    const answer = await session.ask({ Action: 'Getvar', Variable });
    return headerOf(answer, 'value') === '';
  });
  session.close();
}
