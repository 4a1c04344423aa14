import { connected, row } from './build-outcome.ts';
import { departments, type ConnectSide } from './connect-side.ts';
import type { ExpectedOutcome, FarEndBehaviour, Outcome } from './outcome.ts';

const stays: FarEndBehaviour = { kind: 'answer', hangsUp: false };

/** Agents' phones and the dialplan send an answered call on, or try to. */
export const transfers: readonly Outcome[] = [
  transfer(
    '040',
    'is transferred by REFER, without asking first',
    'refer',
    sentOn('blind', departments.takes),
    'RFC 5589 §5; BlindTransfer',
  ),
  transfer(
    '041',
    'is transferred by REFER to somebody who is busy',
    'refer-to-busy',
    { ...sentOn('blind', departments.busy), cause: 17, techCause: '486' },
    'BlindTransfer: it was sent on, whoever takes it then',
  ),
  transfer(
    '042',
    'is to be transferred by REFER to nowhere',
    'refer-to-nowhere',
    stayed(),
    'RFC 3515 §2.4.2: refused with 404; measured: no BlindTransfer comes',
  ),
  transfer(
    '043',
    'is transferred by REFER with Replaces, after asking',
    'refer-replaces',
    sentOn('attended', 'PJSIP/phones'),
    'RFC 5589 §7, RFC 3891; AttendedTransfer',
  ),
  transfer(
    '044',
    'is transferred by feature code, without asking first',
    'blind-by-code',
    sentOn('blind', departments.takes),
    'Asterisk, features.conf blindxfer; BlindTransfer',
  ),
  transfer(
    '045',
    'is to be transferred by feature code to nowhere',
    'blind-by-code-to-nowhere',
    stayed(),
    'Asterisk: no such extension, the call goes back',
  ),
  transfer(
    '046',
    'is transferred by feature code, after asking',
    'attended-by-code',
    sentOn('attended', departments.takes),
    'Asterisk, features.conf atxfer; AttendedTransfer',
  ),
  transfer(
    '047',
    'is to be transferred, and taken back',
    'attended-given-up',
    stayed(),
    'Asterisk, features.conf atxferabort; no transfer is completed',
  ),
  transfer(
    '048',
    'is transferred by an agent who leaves while the other phone rings',
    'attended-while-ringing',
    sentOn('attended', departments.rings),
    'Asterisk, features.conf atxferdropcall',
  ),
  transfer(
    '049',
    'is connected to a second department when the first has gone',
    'second-department',
    sentOn('dialplan', 'PJSIP/phones'),
    'two called sides answered, one after the other',
  ),
  transfer(
    '072',
    'is joined with somebody else by the agent, who leaves them',
    'attended-three-way',
    sentOn('attended', departments.takes),
    'Asterisk, features.conf atxferthreeway; AttendedTransfer with DestType Threeway',
  ),
  transfer(
    '070',
    'is sent on by a dialplan that says so',
    'dialer-transfer',
    sentOn('dialplan', 'sales'),
    'UserEvent(DialerTransfer)',
  ),
  transfer(
    '071',
    "asks our side for a transfer, which the trunk's context does not allow",
    'contact-refers',
    stayed('contact'),
    'RFC 3515; the shipped rule: a trunk has a context that matches nothing',
    { kind: 'answer', hangsUp: true, refers: true },
  ),
];

function transfer(
  code: string,
  title: string,
  connectSide: ConnectSide,
  expected: ExpectedOutcome,
  source: string,
  behaviour = stays,
): Outcome {
  return row(code, title, behaviour, expected, source, { connectSide });
}

function sentOn(how: 'blind' | 'attended' | 'dialplan', transferredTo: string): ExpectedOutcome {
  return connected('transferred', `transfer-${how}`, 16, 'us', { transferredTo });
}

function stayed(by: 'contact' | 'us' = 'us'): ExpectedOutcome {
  return connected('answered', 'agent-took', 16, by);
}
