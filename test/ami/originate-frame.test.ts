import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildOriginateFrame } from '../../ami/originate-frame.ts';
import type { OriginateRequest } from '../../ami/originate-request.ts';

const isRefused = { name: 'NotSentError', code: 'frame_refused' };
const actionId = randomUUID();

const plain: OriginateRequest = {
  channelId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  dialString: 'PJSIP/525512345678@carrier-a',
  timeoutMs: 30_000,
  callerId: 'Acme <525550001111>',
  connect: { kind: 'extension', context: 'dialer-answered', extension: 's', priority: 1 },
  variables: { DIALER_ATTEMPT_ID: '0f8fad5b-d9cb-469f-a165-70867728950e' },
};

function refuses(change: object, what?: string): void {
  const request = { ...plain, ...change };
  assert.throws(() => buildOriginateFrame(request, actionId), isRefused, what);
}

describe('buildOriginateFrame', () => {
  it('asks for an asynchronous call with our id, a time limit in milliseconds and our variables', () => {
    assert.deepEqual(buildOriginateFrame(plain, actionId).text.split('\r\n'), [
      'Action: Originate',
      `ActionID: ${actionId}`,
      'Async: true',
      'Callerid: Acme <525550001111>',
      'Channel: PJSIP/525512345678@carrier-a',
      'Channelid: 0f8fad5b-d9cb-469f-a165-70867728950e',
      'Context: dialer-answered',
      'Exten: s',
      'Priority: 1',
      'Timeout: 30000',
      'Variable: DIALER_ATTEMPT_ID=0f8fad5b-d9cb-469f-a165-70867728950e',
      '',
      '',
    ]);
  });

  it('can connect to an application instead', () => {
    const connect = { kind: 'application', application: 'Dial', data: 'PJSIP/1001,20' } as const;
    const { text } = buildOriginateFrame({ ...plain, connect, callerId: null }, actionId);
    assert.match(text, /^Application: Dial\r$/m);
    assert.match(text, /^Data: PJSIP\/1001,20\r$/m);
    assert.doesNotMatch(text, /^(Context|Callerid)/m);
  });

  it('refuses ids that are not our lower-case UUIDs', () => {
    const id = plain.channelId;
    for (const channelId of [
      '',
      id.toUpperCase(),
      `${id};2`,
      `${id} `,
      `${id}\n`,
      'x'.repeat(300),
    ]) {
      refuses({ channelId }, channelId);
    }
  });

  it('refuses dial strings with more than one destination or with options', () => {
    for (const dialString of ['', '123', 'PJSIP/1@t&PJSIP/2@t', 'PJSIP/1@t,30', 'Local/${X}@y']) {
      refuses({ dialString }, dialString);
    }
  });

  it('refuses time limits that are not 5 to 120 seconds in whole milliseconds', () => {
    for (const timeoutMs of [0, -1, 30, 4_999, 120_001, 5_000.5, NaN, Infinity, 1e21]) {
      refuses({ timeoutMs }, String(timeoutMs));
    }
    refuses({ timeoutMs: '30s' as unknown as number });
  });

  it('refuses caller ids with quotes, brackets, line breaks or dialplan expressions', () => {
    const callerIds = [
      '',
      'a"b <1>',
      'a\r\nb <1>',
      'a <1>\n',
      '${X} <1>',
      'a <1><2>',
      'a <b>',
      'name',
    ];
    for (const callerId of callerIds) refuses({ callerId }, callerId);
  });

  it('refuses context, extension, priority and arguments that are more than names', () => {
    const extension = { kind: 'extension', context: 'c', extension: 's', priority: 1 };
    for (const text of ['', 'a b', 'a,b', '${X}', 'a\nb', 'a&b', 'x'.repeat(81)]) {
      refuses({ connect: { ...extension, context: text } }, text);
      refuses({ connect: { ...extension, extension: text } }, text);
    }
    for (const priority of [0, -1, 1.5, NaN]) refuses({ connect: { ...extension, priority } });
    const application = { kind: 'application', application: 'Queue', data: 'sales' };
    for (const data of ['', '${SHELL(id)}', 'a&b', 'a(b)', 'a\nb', 'a b']) {
      refuses({ connect: { ...application, data } }, data);
    }
    refuses({ connect: { ...application, application: 'System' } });
  });

  it('leaves out a variable without a value', () => {
    const variables = { DIALER_AGENT: undefined } as unknown as OriginateRequest['variables'];
    assert.doesNotMatch(buildOriginateFrame({ ...plain, variables }, actionId).text, /Variable/);
  });

  it('lets no field add a header, a line or an action', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('a\r\nAction: Command', 'a\n\nb', 'a\rb', 'x,Y=z', ' <1>', 'a\u2028b'),
      fc.stringMatching(/^[A-Za-z0-9 <>_.@/:+\r\n-]{0,30}$/),
    );
    const field = <K extends string>(key: K, good: string) =>
      fc.record({ [key]: fc.oneof(fc.constant(good), nasty) });
    fc.assert(
      fc.property(
        field('channelId', plain.channelId),
        field('dialString', plain.dialString),
        field('callerId', 'Acme <1>'),
        fc.oneof(fc.constant('c'), nasty),
        fc.oneof(fc.constant('x'), nasty),
        (id, dial, caller, context, value) => {
          const connect = { kind: 'extension', context, extension: 's', priority: 1 } as const;
          const variables = { DIALER_AGENT: value };
          const request = { ...plain, ...id, ...dial, ...caller, connect, variables };
          let text: string;
          try {
            text = buildOriginateFrame(request, actionId).text;
          } catch (error) {
            return assert.equal((error as { code: string }).code, 'frame_refused');
          }
          const lines = text.split(/\r\n|\r|\n/);
          const names = lines.map((line) => line.split(':')[0]);
          assert.deepEqual(names, [
            ...['Action', 'ActionID', 'Async', 'Callerid', 'Channel', 'Channelid', 'Context'],
            ...['Exten', 'Priority', 'Timeout', 'Variable', '', ''],
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
