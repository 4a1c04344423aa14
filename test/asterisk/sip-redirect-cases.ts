import { once, respond } from '../support/sip-far-end-script.ts';
import { verdicts, type SipCase, type SipEvidence, type Verdict } from './sip-case.ts';
import { redirected } from './sip-evidence.ts';

/** Numbers that nobody may ring: they stand only in a Contact. */
export const forbiddenNumbers = ['525557309001', '525557309002'] as const;
const [other, another] = forbiddenNumbers;

type Row = readonly [
  title: string,
  code: number,
  contacts: readonly string[],
  expected: Verdict,
  source: string,
];

const rows: readonly Row[] = [
  ['to another number', 302, [`<sip:${other}@{here}>`], verdicts.error, '21.3.3'],
  ['to a phone number (tel)', 302, [`<tel:+${other}>`], verdicts.error, '21.3.3'],
  ['to no number at all', 302, [], verdicts.error, '21.3.3'],
  [
    'to one of two numbers',
    300,
    [`<sip:${other}@{here}>;q=0.9`, `<sip:${another}@{here}>;q=0.5`],
    verdicts.error,
    '21.3.1',
  ],
  ['for good', 301, [`<sip:${other}@{here}>`], verdicts.outOfService, '21.3.2'],
  ['to a proxy', 305, [`<sip:${other}@{here}>`], verdicts.error, '21.3.4'],
  ['to another service', 380, [`<sip:${other}@{here}>`], verdicts.error, '21.3.5'],
];

// One redirect in nine, measured: the channel is gone before the code was noted, and a 301 looks like a 302.
function codeLost(progress: readonly string[] = []): NonNullable<SipCase['race']> {
  const evidence: SipEvidence = {
    ...{ response: 'Failure', reason: 0, cause: 0, techCause: null },
    ...{ progress, dialEnd: ['CANCEL'] },
  };
  return { evidence, expected: verdicts.error, received: ['INVITE', 'ACK'] };
}

/** Redirects. We follow none: nobody checked the other number against suppression lists and caps. */
export const redirectCases: readonly SipCase[] = [
  ...rows.map(([title, code, contacts, expected, section]): SipCase => ({
    title: `redirects ${title} (${code})`,
    script: once(respond(code, ...contacts.map((contact) => `Contact: ${contact}`))),
    expected,
    source: `RFC 3261, ${section}; docs/call-status.md: redirects are not followed`,
    evidence: redirected(
      code,
      contacts.some((contact) => contact.startsWith('<sip:')),
    ),
    received: ['INVITE', 'ACK'],
    race: codeLost(),
  })),
  {
    title: 'redirects in a circle, to itself (302)',
    script: once(respond(302, 'Contact: <sip:{self}@{here}>')),
    expected: verdicts.error,
    source: 'RFC 3261, 21.3.3 and 8.1.3.4: never the same address again',
    evidence: redirected(302, true),
    received: ['INVITE', 'ACK'],
    race: codeLost(),
  },
  {
    title: 'rings, then redirects to another number (302)',
    script: once(
      respond(180),
      { kind: 'pause', ms: 300 },
      respond(302, `Contact: <sip:${other}@{here}>`),
    ),
    expected: verdicts.error,
    source: 'RFC 3261, 21.3.3; docs/call-status.md: redirects are not followed',
    evidence: redirected(302, true, ['RINGING']),
    received: ['INVITE', 'ACK'],
    race: codeLost(['RINGING']),
  },
];
