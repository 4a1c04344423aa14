import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCampaignFile } from '../../domain/campaign-file.ts';

const known = { trunks: ['carrier-a', 'carrier-b'], agents: ['ana'] };

const full = {
  name: 'spring-renewals',
  trunks: ['carrier-a'],
  defaultCountry: 'MX',
  timeZone: 'America/Mexico_City',
  callerId: 'Acme <525550001111>',
  ringTimeout: '30s',
  connect: { context: 'dialer-answered', extension: 's' },
  answeringMachine: { action: 'message', message: 'custom/call-us-back' },
  callingWindow: { days: ['mon', 'fri'], from: '09:05', to: '20:59', timeZone: 'contact' },
  attempts: { perContact: 6, perNumberPerDay: 3 },
  recycle: {
    busy: { after: '5m', max: 3 },
    no_answer: { after: '2h', max: 4, backoff: 2 },
    voicemail: { after: '1d', max: 1 },
    CONGESTION: { after: '1m', max: 5 },
    rejected: { after: '1d', max: 3, backoff: 2, longest: '3d', jitter: '1h', timeOfDay: 'other' },
    NO_ANSWER: { after: '1d', max: 3, nextNumber: 'first' },
    FAILURE: { after: '1d', max: 3, nextNumber: 'last' },
  },
  retarget: [
    { when: { callStatus: 'no_answer', attempts: 4 }, to: { campaign: 'evening-followup' } },
    { when: { callStatus: 'voicemail', attempts: 2 }, to: { agent: 'ana' }, after: '2d' },
  ],
};

const least = { name: 'least', trunks: ['carrier-a'], connect: { queue: 'sales' } };

function settingsOf(value: unknown) {
  const reading = readCampaignFile(value, known);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.settings;
}

function faultsOf(value: unknown) {
  const reading = readCampaignFile(value, known);
  assert.ok(!reading.ok);
  return reading.faults;
}

function pathsOf(value: unknown): string[] {
  return faultsOf(value).map(({ path }) => path);
}

describe('readCampaignFile', () => {
  it('reads every key, durations in milliseconds', () => {
    assert.deepEqual(settingsOf(full), {
      name: 'spring-renewals',
      trunks: ['carrier-a'],
      defaultCountry: 'MX',
      timeZone: 'America/Mexico_City',
      callerId: 'Acme <525550001111>',
      ringTimeoutMs: 30_000,
      connect: { kind: 'context', context: 'dialer-answered', extension: 's' },
      answeringMachine: { action: 'message', message: 'custom/call-us-back' },
      callingWindow: { days: ['mon', 'fri'], fromMinute: 545, toMinute: 1259, timeZone: 'contact' },
      attempts: { perContact: 6, perNumberPerDay: 3 },
      recycle: {
        busy: { afterMs: 300_000, max: 3, backoff: 1 },
        no_answer: { afterMs: 7_200_000, max: 4, backoff: 2 },
        voicemail: { afterMs: 86_400_000, max: 1, backoff: 1 },
        CONGESTION: { afterMs: 60_000, max: 5, backoff: 1 },
        rejected: {
          afterMs: 86_400_000,
          max: 3,
          backoff: 2,
          longestMs: 259_200_000,
          jitterMs: 3_600_000,
          timeOfDay: 'other',
        },
        NO_ANSWER: { afterMs: 86_400_000, max: 3, backoff: 1, nextNumber: 'first' },
        FAILURE: { afterMs: 86_400_000, max: 3, backoff: 1 },
      },
      retarget: [
        {
          when: { callStatus: 'no_answer', attempts: 4 },
          to: { kind: 'campaign', campaign: 'evening-followup' },
        },
        {
          when: { callStatus: 'voicemail', attempts: 2 },
          to: { kind: 'agent', agent: 'ana' },
          afterMs: 172_800_000,
        },
      ],
    });
  });

  it('fills in the defaults', () => {
    assert.deepEqual(settingsOf(least), {
      name: 'least',
      trunks: ['carrier-a'],
      defaultCountry: null,
      timeZone: 'UTC',
      callerId: null,
      ringTimeoutMs: 30_000,
      connect: { kind: 'queue', queue: 'sales' },
      answeringMachine: null,
      callingWindow: null,
      attempts: { perContact: null, perNumberPerDay: null },
      recycle: {},
      retarget: [],
    });
  });

  it('fills in the defaults of a window: every day, in the zone of the contact', () => {
    const { callingWindow } = settingsOf({
      ...least,
      callingWindow: { from: '00:00', to: '24:00' },
    });
    assert.deepEqual(callingWindow, {
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      fromMinute: 0,
      toMinute: 1440,
      timeZone: 'contact',
    });
  });

  it('knows four places to connect an answered call to', () => {
    const connects = [
      [
        { context: 'c', extension: 's' },
        { kind: 'context', context: 'c', extension: 's' },
      ],
      [{ queue: 'sales' }, { kind: 'queue', queue: 'sales' }],
      [{ agent: 'ana' }, { kind: 'agent', agent: 'ana' }],
      [{ play: 'custom/hello-world' }, { kind: 'play', sound: 'custom/hello-world' }],
    ];
    for (const [connect, expected] of connects) {
      assert.deepEqual(settingsOf({ ...least, connect }).connect, expected);
    }
  });

  it('knows three things to do about answering machines', () => {
    for (const machine of [
      { action: 'hangup' },
      { action: 'pass' },
      { action: 'message', message: 'beep' },
    ]) {
      const { answeringMachine } = settingsOf({ ...least, answeringMachine: machine });
      assert.deepEqual(answeringMachine, machine);
    }
    const wrong = [
      [{}, 'answeringMachine.action'],
      [{ action: 'shout' }, 'answeringMachine.action'],
      [{ action: 'message' }, 'answeringMachine.message'],
      [{ action: 'hangup', message: 'beep' }, 'answeringMachine.message'],
      [{ action: 'message', message: '../beep' }, 'answeringMachine.message'],
      [{ action: 'pass', after: '3s' }, 'answeringMachine.after'],
      [true, 'answeringMachine'],
    ] as const;
    for (const [answeringMachine, path] of wrong) {
      assert.deepEqual(pathsOf({ ...least, answeringMachine }), [path]);
    }
  });

  it('names a trunk and a day once', () => {
    const settings = settingsOf({
      ...least,
      trunks: ['carrier-b', 'carrier-a', 'carrier-b'],
      callingWindow: { days: ['tue', 'mon', 'tue'], from: '09:00', to: '10:00' },
    });
    assert.deepEqual(settings.trunks, ['carrier-b', 'carrier-a']);
    assert.deepEqual(settings.callingWindow?.days, ['tue', 'mon']);
  });

  it('allows an explicit redial of numbers that were dead or unconfirmed', () => {
    const entry = { after: '1s', max: 0 };
    const recycle = {
      invalid_number: entry,
      out_of_service: entry,
      unconfirmed: entry,
      FAILURE: entry,
    };
    assert.deepEqual(Object.keys(settingsOf({ ...least, recycle }).recycle).sort(), [
      'FAILURE',
      'invalid_number',
      'out_of_service',
      'unconfirmed',
    ]);
  });

  it('warns of a short ring timeout and of a rule that never applies', () => {
    const reading = readCampaignFile(
      { ...full, ringTimeout: '14s', attempts: { perContact: 2 } },
      known,
    );
    assert.ok(reading.ok);
    assert.equal(reading.warnings.length, 3);
    assert.match(reading.warnings[0] ?? '', /^ringTimeout: .*15s/);
    assert.match(reading.warnings[1] ?? '', /^retarget\[0\]/);
    const quiet = readCampaignFile({ ...full, ringTimeout: '15s' }, known);
    assert.ok(quiet.ok && quiet.warnings.length === 0);
  });

  it('reports all faults at once, each with its place', () => {
    const wrong = {
      name: 'Spring Renewals',
      trunks: ['carrier-x', 3],
      defaultCountry: 'mexico',
      timeZone: 'Mars/Olympus',
      callerId: 'A"cme <1>\r\n',
      ringTimeout: 30,
      connect: { queue: 'sales', agent: 'bob' },
      callingWindow: { days: ['lun'], from: '20:00', to: '09:00', timeZone: '+05:00' },
      attempts: { perContact: 0, perNumberPerDay: 1.5, perWeek: 3 },
      recycle: { busy: { after: '5', max: 101, backoff: 0.5, jitter: 1 }, answered: {} },
      retarget: [{ when: { callStatus: 'restricted', attempts: 0 }, to: { agent: 'bob' } }],
      maxRetries: 3,
    };
    assert.deepEqual(pathsOf(wrong).sort(), [
      'attempts.perContact',
      'attempts.perNumberPerDay',
      'attempts.perWeek',
      'callerId',
      'callingWindow.days[0]',
      'callingWindow.timeZone',
      'callingWindow.to',
      'connect.agent',
      'defaultCountry',
      'maxRetries',
      'name',
      'recycle.answered',
      'recycle.busy.after',
      'recycle.busy.backoff',
      'recycle.busy.jitter',
      'recycle.busy.max',
      'retarget[0].to.agent',
      'retarget[0].when.attempts',
      'retarget[0].when.callStatus',
      'ringTimeout',
      'timeZone',
      'trunks[0]',
      'trunks[1]',
    ]);
    for (const { message } of faultsOf(wrong)) assert.doesNotMatch(message, /Invalid|expected/);
  });

  it('hints at what to write', () => {
    const hint = (part: object) => faultsOf({ ...full, ...part })[0]?.message ?? '';
    assert.match(hint({ ringTimeout: 30 }), /no unit: write 30s/);
    assert.match(hint({ recycle: { answered: {} } }), /no redial is possible.*no_answer/);
    assert.match(hint({ extra: 1 }), /no such key; known: name, trunks/);
    assert.match(hint({ callerId: 525550001111 }), /quotes/);
    assert.match(hint({ trunks: ['x'] }), /known: carrier-a, carrier-b/);
  });

  const single: readonly [path: string, part: object][] = [
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(81) }],
    ['name', { name: '-a' }],
    ['name', { name: 'a\n' }],
    ['name', { name: '../a' }],
    ['trunks', { trunks: [] }],
    ['trunks', { trunks: 'carrier-a' }],
    ['trunks', { trunks: null }],
    ['ringTimeout', { ringTimeout: '4s' }],
    ['ringTimeout', { ringTimeout: '121s' }],
    ['ringTimeout', { ringTimeout: '3650d' }],
    ['ringTimeout', { ringTimeout: '0s' }],
    ['ringTimeout', { ringTimeout: -1 }],
    ['ringTimeout', { ringTimeout: 0 }],
    ['ringTimeout', { ringTimeout: null }],
    ['timeZone', { timeZone: 'contact' }],
    ['defaultCountry', { defaultCountry: 'mx' }],
    ['defaultCountry', { defaultCountry: 52 }],
    ['callerId', { callerId: 'Acme' }],
    ['callerId', { callerId: 'Acme <12>' }],
    ['callerId', { callerId: 'Acme <525550001111>\n' }],
    ['callerId', { callerId: 'Acme\r\nAction: Logoff <525550001111>' }],
    ['callerId', { callerId: '"Acme" <525550001111>' }],
    ['callerId', { callerId: 'A,FOO=b <525550001111>' }],
    ['callerId', { callerId: '${SHELL(id)} <525550001111>' }],
    ['connect', { connect: {} }],
    ['connect', { connect: 'sales' }],
    ['connect', { connect: { context: 'c' } }],
    ['connect', { connect: { extension: 's' } }],
    ['connect', { connect: { context: 'c', queue: 'q' } }],
    ['connect', { connect: { queue: 'a', play: 'b' } }],
    ['connect.queue', { connect: { queue: 'sales,t' } }],
    ['connect.queue', { connect: { queue: 'x'.repeat(81) } }],
    ['connect.context', { connect: { context: 'a b', extension: 's' } }],
    ['connect.extension', { connect: { context: 'c', extension: '${X}' } }],
    ['connect.play', { connect: { play: '../../etc/passwd' } }],
    ['connect.play', { connect: { play: '/abs' } }],
    ['connect.play', { connect: { play: 'x'.repeat(81) } }],
    ['connect.play', { connect: { play: 'a&b' } }],
    ['connect.agent', { connect: { agent: 'bob' } }],
    ['connect.sip', { connect: { queue: 'sales', sip: 1 } }],
    ['callingWindow', { callingWindow: 'always' }],
    ['callingWindow.days', { callingWindow: { days: [], from: '09:00', to: '20:00' } }],
    ['callingWindow.days', { callingWindow: { days: 'mon', from: '09:00', to: '20:00' } }],
    ['callingWindow.from', { callingWindow: { from: '24:00', to: '24:00' } }],
    ['callingWindow.from', { callingWindow: { from: '9:00', to: '20:00' } }],
    ['callingWindow.from', { callingWindow: { from: 540, to: '20:00' } }],
    ['callingWindow.to', { callingWindow: { from: '09:00', to: '25:00' } }],
    ['callingWindow.to', { callingWindow: { from: '09:00', to: '09:00' } }],
    ['callingWindow.to', { callingWindow: { from: '22:00', to: '06:00' } }],
    ['callingWindow.to', { callingWindow: { from: '09:00' } }],
    ['attempts.perContact', { attempts: { perContact: 101 } }],
    ['attempts.perContact', { attempts: { perContact: '6' } }],
    ['attempts', { attempts: null }],
    ['recycle.busy.after', { recycle: { busy: { after: '0s', max: 100 } } }],
    ['recycle.busy.after', { recycle: { busy: { max: 3 } } }],
    ['recycle.busy.after', { recycle: { busy: { after: '366d', max: 3 } } }],
    ['recycle.busy.max', { recycle: { busy: { after: '5m' } } }],
    ['recycle.busy.max', { recycle: { busy: { after: '5m', max: 1_000_000 } } }],
    ['recycle.busy.max', { recycle: { busy: { after: '5m', max: -1 } } }],
    ['recycle.busy.backoff', { recycle: { busy: { after: '5m', max: 3, backoff: 11 } } }],
    ['recycle.busy.backoff', { recycle: { busy: { after: '5m', max: 3, backoff: Number.NaN } } }],
    ['recycle.busy.longest', { recycle: { busy: { after: '5m', max: 3, longest: '4m' } } }],
    ['recycle.busy.longest', { recycle: { busy: { after: '5m', max: 3, longest: '366d' } } }],
    ['recycle.busy.jitter', { recycle: { busy: { after: '5m', max: 3, jitter: 0.5 } } }],
    ['recycle.busy.jitter', { recycle: { busy: { after: '5m', max: 3, jitter: '25h' } } }],
    ['recycle.busy.timeOfDay', { recycle: { busy: { after: '5m', max: 3, timeOfDay: 'noon' } } }],
    ['recycle.busy.nextNumber', { recycle: { busy: { after: '5m', max: 3, nextNumber: true } } }],
    [
      'recycle.abandoned.nextNumber',
      { recycle: { abandoned: { after: '5m', max: 3, nextNumber: 'first' } } },
    ],
    [
      'recycle.unconfirmed.nextNumber',
      { recycle: { unconfirmed: { after: '5m', max: 3, nextNumber: 'first' } } },
    ],
    ['recycle.transferred', { recycle: { transferred: { after: '5m', max: 3 } } }],
    ['recycle.restricted', { recycle: { restricted: { after: '5m', max: 3 } } }],
    ['recycle.cancelled', { recycle: { cancelled: { after: '5m', max: 3 } } }],
    ['recycle.ANSWER', { recycle: { ANSWER: { after: '5m', max: 3 } } }],
    ['recycle.Busy', { recycle: { Busy: { after: '5m', max: 3 } } }],
    ['recycle.constructor', { recycle: { constructor: { after: '5m', max: 3 } } }],
    ['retarget', { retarget: {} }],
    ['retarget[0].to', { retarget: [{ ...full.retarget[0], to: {} }] }],
    [
      'retarget[0].to',
      { retarget: [{ ...full.retarget[0], to: { campaign: 'a', agent: 'ana' } }] },
    ],
    ['retarget[0].to.campaign', { retarget: [{ ...full.retarget[0], to: { campaign: 'A b' } }] }],
    [
      'retarget[0].to.campaign',
      { retarget: [{ ...full.retarget[0], to: { campaign: full.name } }] },
    ],
    ['retarget[1].when', { retarget: [full.retarget[0], { to: { agent: 'ana' } }] }],
    ['retarget[0].unless', { retarget: [{ ...full.retarget[0], unless: 1 }] }],
    ['startAt', { startAt: '9999-01-01' }],
    ['channels', { channels: 500 }],
  ];
  for (const [path, part] of single) {
    it(`refuses ${JSON.stringify(part).slice(0, 90)} at ${path}`, () => {
      const paths = pathsOf({ ...full, ...part });
      assert.ok(paths.length > 0 && paths.every((found) => found === path), paths.join(' '));
    });
  }

  it('names the keys that are missing', () => {
    assert.deepEqual(pathsOf({}), ['name', 'trunks', 'connect']);
  });

  it('refuses what is no section at all', () => {
    for (const value of [null, undefined, [], 'name: x', 7, new Map()]) {
      const [fault] = faultsOf(value);
      assert.ok(fault && fault.message.length > 10);
    }
  });

  it('refuses a __proto__ key', () => {
    const value: unknown = JSON.parse(`{"__proto__": {"a": 1}, ${JSON.stringify(full).slice(1)}`);
    assert.deepEqual(pathsOf(value), ['__proto__']);
  });

  it('says who is known when nobody is', () => {
    const reading = readCampaignFile(
      { ...least, connect: { agent: 'ana' } },
      { trunks: [], agents: [] },
    );
    assert.ok(!reading.ok);
    assert.match(reading.faults.map(({ message }) => message).join(' '), /known: none/);
  });

  it('never throws, whatever a file holds', () => {
    const keys = fc.constantFrom(...Object.keys(full));
    fc.assert(
      fc.property(fc.dictionary(keys, fc.anything({ withNullPrototype: true })), (part) => {
        const reading = readCampaignFile({ ...full, ...part }, known);
        assert.ok(reading.ok || reading.faults.every(({ message }) => message.length > 0));
      }),
      { numRuns: 1000 },
    );
  });
});
