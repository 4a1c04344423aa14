/**
 * Outbound routes as FreePBX and Issabel write them (macro-dialout-trunk and macro-outisbusy, in short):
 * `Local/{number}@outbound/n` dials the trunk from the dialplan; a trunk that is congested or not
 * there fails through to the next; busy and unanswered end at once. Their tones last 20 seconds there;
 * a caller that is a Local channel has heard by the first frame.
 */
export function outboundDialplan(trunk: string, secondTrunk: string): string[] {
  return [
    '[outbound]',
    'exten => _+X.,1,Goto(${EXTEN:1},1)',
    `exten => _X.,1,Dial(PJSIP/\${FILTER(0-9,\${EXTEN})}@${trunk},60)`,
    ' same => n,GotoIf($["${DIALSTATUS}" = "CONGESTION" | "${DIALSTATUS}" = "CHANUNAVAIL"]?next)',
    ' same => n,Goto(outbound-end,${DIALSTATUS},1)',
    ` same => n(next),Dial(PJSIP/\${FILTER(0-9,\${EXTEN})}@${secondTrunk},60)`,
    ' same => n,Goto(outbound-end,${DIALSTATUS},1)',
    '',
    // One trunk only: what an operator without a second one has.
    '[outbound-single]',
    `exten => _X.,1,Dial(PJSIP/\${FILTER(0-9,\${EXTEN})}@${trunk},60)`,
    ' same => n,Goto(outbound-end,${DIALSTATUS},1)',
    '',
    // Ends every failure alike, with no cause of its own.
    '[outbound-plain]',
    `exten => _X.,1,Dial(PJSIP/\${FILTER(0-9,\${EXTEN})}@${trunk},60)`,
    ' same => n,Hangup()',
    '',
    '[outbound-end]',
    'exten => BUSY,1,Busy(20)',
    'exten => _[A-Z].,1,Congestion(20)',
    '',
  ];
}
