import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultTimeouts } from '../../ami/ami-timeouts.ts';
import { callWait, type CallFacts } from '../../ami/call-wait.ts';

const nothing: CallFacts = {
  response: null,
  hungUp: false,
  isLocal: false,
  secondHalfHungUp: false,
  carrierLegOpen: false,
  asked: null,
};

const cases: [what: string, facts: Partial<CallFacts>, wait: string][] = [
  ['just sent', {}, 'ask after 45000'],
  ['answered', { response: 'Success' }, 'ask after 30000'],
  ['adopted', { response: 'adopted' }, 'ask after 30000'],
  ['failed, no Hangup yet', { response: 'Failure' }, 'ask after 2000'],
  ['failed, no such channel', { response: 'Failure', asked: 'gone' }, 'complete'],
  ['failed, yet live', { response: 'Failure', asked: 'live' }, 'ask after 30000'],
  ['answered, no such channel', { response: 'Success', asked: 'gone' }, 'end after 2000'],
  ['nothing heard, no such channel', { asked: 'gone' }, 'end after 2000'],
  ['nothing heard, yet live', { asked: 'live' }, 'ask after 30000'],
  ['hung up, no response yet', { hungUp: true }, 'end after 2000'],
  ['both', { hungUp: true, response: 'Failure' }, 'complete'],
  ['adopted and hung up', { hungUp: true, response: 'adopted' }, 'complete'],
  ['refused', { response: 'refused' }, 'complete'],
  ['one half', { hungUp: true, response: 'Failure', isLocal: true }, 'end after 2000'],
  ['other half', { secondHalfHungUp: true, response: 'Failure', isLocal: true }, 'ask after 2000'],
  [
    'both halves, and not yet the way to the carrier',
    {
      hungUp: true,
      secondHalfHungUp: true,
      response: 'Failure',
      isLocal: true,
      carrierLegOpen: true,
    },
    'end after 2000',
  ],
  [
    'both halves',
    { hungUp: true, secondHalfHungUp: true, response: 'Failure', isLocal: true },
    'complete',
  ],
];

describe('what a call waits for', () => {
  for (const [what, facts, expected] of cases) {
    it(`${what}: ${expected}`, () => {
      const wait = callWait({ ...nothing, ...facts }, 30_000, defaultTimeouts);
      assert.equal(wait === null ? 'complete' : `${wait.then} after ${wait.limitMs}`, expected);
    });
  }
});
