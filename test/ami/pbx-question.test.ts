import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { buildFrame } from '../../ami/ami-frame.ts';
import { askFor } from '../../ami/pbx-question.ts';

const isRefused = { name: 'NotSentError', code: 'frame_refused' };

describe('questions to a PBX', () => {
  const known = [
    'PJSIP_ENDPOINT(carrier-a,context)',
    'PJSIP_ENDPOINT(carrier-a,redirect_method)',
    'DIALPLAN_EXISTS(dialer-answered,s,1)',
    'DEVICE_STATE(PJSIP/1001)',
    'DEVICE_STATE(Local/100@from-internal)',
    'IFMODULE(app_amd.so)',
    'AST_CONFIG(cel.conf,general,enable,-1)',
    'AST_CONFIG(manager.conf,dialer,read)',
  ];
  for (const question of known) {
    it(`asks ${question}`, () => {
      assert.equal(askFor(question), question);
      const { text } = buildFrame('Getvar', randomUUID(), { variable: question });
      assert.match(text, /\r\nVariable: /);
      assert.ok(text.includes(question));
    });
  }

  const unknown = [
    ...['SHELL(id)', 'FILE(/etc/passwd,0,100)', 'DB(a/b)', 'CHANNEL(name)', 'SECRET', ''],
    'AST_CONFIG(manager.conf,dialer,secret)',
    'AST_CONFIG(pjsip.conf,carrier,password)',
    'PJSIP_ENDPOINT(carrier,auth)',
    'PJSIP_ENDPOINT(${SHELL(id)},context)',
    'PJSIP_ENDPOINT(a,b,context)',
    'DIALPLAN_EXISTS(a)b,s,1)',
    'DEVICE_STATE(PJSIP/1001&PJSIP/1002)',
    'IFMODULE(../x.so)',
    'IFMODULE(app_amd.so)\r\nAction: Command',
    ' IFMODULE(app_amd.so)',
    `DEVICE_STATE(PJSIP/${'1'.repeat(90)})`,
  ];
  for (const text of unknown) {
    it(`has no frame for ${JSON.stringify(text)}`, () => {
      assert.equal(askFor(text), null);
      assert.throws(() => buildFrame('Getvar', randomUUID(), { variable: text }), isRefused);
    });
  }

  it('lists the dialplan of a context by its plain name only', () => {
    assert.ok(buildFrame('ShowDialPlan', randomUUID(), { context: 'dialer-doctor' }));
    for (const context of ['a b', '${X}', 'a,b', 'a\r\nAction: Command', 'x'.repeat(81)]) {
      assert.throws(() => buildFrame('ShowDialPlan', randomUUID(), { context }), isRefused);
    }
  });
});
