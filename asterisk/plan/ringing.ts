import { refused, row, timedOut } from './build-outcome.ts';
import type { ExpectedOutcome, Outcome } from './outcome.ts';
import { sipRefusals, unlistedRefusal } from './sip-refusals.ts';

const untilGivenUp: readonly Outcome[] = [
  row(
    '180',
    'rings until we give up',
    { kind: 'ring' },
    timedOut('ring-timeout'),
    'RFC 3261 §21.1.2; measured: Reason 3',
  ),
  row(
    '183',
    'sends early media until we give up',
    { kind: 'early_media' },
    timedOut('ring-timeout'),
    'RFC 3261 §21.1.5; measured: Reason 3',
  ),
  row(
    '100',
    'says nothing until we give up',
    { kind: 'silence' },
    timedOut('silence'),
    'measured: Reason 3 without RINGING or PROGRESS',
  ),
];

/** After a second of ringing: what a person's telephone does. Named 9 and the code's last digits. */
const afterRinging: readonly Outcome[] = [
  afterwards('903', 603, 'ring'),
  afterwards('904', 404, 'ring'),
  afterwards('907', 607, 'ring'),
  // A time-out after ringing: nobody answered.
  { ...afterwards('908', 408, 'ring'), expected: unanswered408() },
  afterwards('910', 410, 'ring'),
  afterwards('950', 500, 'ring'),
  afterwards('953', 503, 'ring'),
  afterwards('960', 600, 'ring'),
  afterwards('968', 608, 'ring'),
  afterwards('980', 480, 'ring'),
  afterwards('986', 486, 'ring'),
  afterwards('987', 487, 'ring'),
];

/** After a second of early media: a carrier that plays an announcement first. Named 8 and the last digits. */
const afterEarlyMedia: readonly Outcome[] = [
  afterwards('803', 603, 'early_media'),
  afterwards('804', 404, 'early_media'),
  { ...afterwards('808', 408, 'early_media'), expected: unanswered408() },
  afterwards('810', 410, 'early_media'),
  afterwards('853', 503, 'early_media'),
  afterwards('880', 480, 'early_media'),
  afterwards('886', 486, 'early_media'),
  afterwards('887', 487, 'early_media'),
];

/** Nobody answers: the far end gives a sign of life first, or none at all. */
export const ringing: readonly Outcome[] = [...untilGivenUp, ...afterRinging, ...afterEarlyMedia];

function afterwards(code: string, sipCode: number, first: 'ring' | 'early_media'): Outcome {
  const known = sipRefusals.find((each) => each.code === String(sipCode));
  const { title, expected, source } = known ?? unlistedRefusal(sipCode);
  const behaviour = {
    kind: 'refuse',
    sipCode,
    ringsFirst: first === 'ring',
    earlyMediaFirst: first === 'early_media',
  } as const;
  const words = first === 'ring' ? 'rings, then' : 'sends early media, then';
  return row(code, `${words} ${title}`, behaviour, expected, source);
}

function unanswered408(): ExpectedOutcome {
  return refused(408, 18, 'NO_ANSWER', 'no_answer');
}
