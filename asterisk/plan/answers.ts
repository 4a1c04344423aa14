import { connected, row } from './build-outcome.ts';
import type { Outcome } from './outcome.ts';

const answered = (cause: number, by: 'contact' | 'us') =>
  connected('answered', 'response-answer', cause, by);

const source = 'RFC 3261 §13.2.2.4';

/** Answers of all kinds, to which our side plays a greeting. The causes are those of who hung up. */
export const answers: readonly Outcome[] = [
  row(
    '200',
    'answers, and hangs up after a second',
    { kind: 'answer', hangsUp: true },
    answered(16, 'contact'),
    source,
  ),
  row(
    '201',
    'answers, and stays until we hang up',
    { kind: 'answer', hangsUp: false },
    answered(16, 'us'),
    source,
  ),
  row(
    '202',
    'answers, and hangs up at once',
    { kind: 'answer', hangsUp: true, afterMs: 0 },
    answered(16, 'contact'),
    source,
  ),
  row(
    '203',
    'is an answering machine that nobody listens for',
    { kind: 'answer', says: 'greeting', hangsUp: true },
    answered(16, 'us'),
    'without AMD a machine is like a person',
  ),
  row(
    '204',
    'says hello, and stays',
    { kind: 'answer', says: 'hello', hangsUp: false },
    answered(16, 'us'),
    source,
  ),
  row(
    '206',
    'rings, then answers',
    { kind: 'answer', first: 'ring', hangsUp: true },
    answered(16, 'contact'),
    source,
  ),
  row(
    '207',
    'sends early media, then answers',
    { kind: 'answer', first: 'early_media', hangsUp: true },
    answered(16, 'contact'),
    source,
  ),
];
