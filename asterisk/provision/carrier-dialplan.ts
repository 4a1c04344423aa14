import { carrierPlan } from '../carrier-plan.ts';
import { farEndSteps, refusalOf } from './far-end-steps.ts';
import { phonesDialplan } from './phones-dialplan.ts';
import { extensionLines } from './extension-lines.ts';

export interface CarrierFiles {
  /** The record of calls; appended to. */
  readonly logFile: string;
  /** A folder with one file per number of which only the first calls meet the far end described. */
  readonly countFolder: string;
  /** SIP port of the PBX, for agents' phones that transfer. */
  readonly dialerSip: number;
}

/** Context in which calls from the dialler arrive at the carrier. */
export const carrierContext = 'from-dialer';

/** The carrier plan as extensions.conf of the carrier, and the agents' phones. */
export function carrierDialplan({ logFile, countFolder, dialerSip }: CarrierFiles): string {
  const count = `${countFolder}/\${NUMBER}`;
  return [
    `[${carrierContext}]`,
    // An n in a pattern is a digit, hence the brackets.
    'exten => _age[n]t-.,1,Goto(phones,${EXTEN},1)',
    'exten => _+X.,1,Goto(${EXTEN:1},1)',
    'exten => _X.,1,Set(NUMBER=${FILTER(0-9,${EXTEN})})',
    ' same => n,Set(CODE=${NUMBER:-3})',
    ' same => n,ExecIf($[${DIALPLAN_EXISTS(far-ends,${CODE},1)} = 0]?Set(CODE=404))',
    ' same => n,Set(TIMES=${IF($[${LEN(${NUMBER})} > 3]?${NUMBER:-4:1}:0)})',
    ' same => n,GotoIf($[${TIMES} = 0]?record)',
    // Files, not Asterisk's own database: that one is written some time later, and lost by a kill.
    ' same => n,Set(LOCKED=${LOCK(counts)})',
    ' same => n,Set(EARLIER=0)',
    ` same => n,ExecIf($[\${STAT(e,${count})}]?Set(EARLIER=\${FILE_COUNT_LINE(${count},u)}))`,
    ` same => n,Set(FILE(${count},,,al,u)=\${CODE})`,
    ' same => n,Set(LOCKED=${UNLOCK(counts)})',
    ' same => n,ExecIf($[${EARLIER} >= ${TIMES}]?Set(CODE=200))',
    // Before anything rings or answers, so that the record never lacks a call.
    ` same => n(record),Set(FILE(${logFile},,,al,u)=\${STRFTIME(,UTC,%Y-%m-%dT%H:%M:%S.%3qZ)},\${NUMBER},\${CODE},\${CHANNEL(pjsip,call-id)})`,
    ' same => n,Goto(far-ends,${CODE},1)',
    '',
    '[far-ends]',
    ...carrierPlan.flatMap(({ code, behaviour }) => extensionLines(code, farEndSteps(behaviour))),
    // Every final SIP code, in the plan or not.
    `exten => _3XX,1,${refusalOf('3${EXTEN:1}')}`,
    `exten => _[4-6]XX,1,${refusalOf('${EXTEN}')}`,
    '',
    ...phonesDialplan(dialerSip),
  ].join('\n');
}
