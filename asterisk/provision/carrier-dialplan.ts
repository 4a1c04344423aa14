import { carrierPlan, type FarEndBehaviour } from '../carrier-plan.ts';

export interface CarrierFiles {
  /** The record of calls; appended to. */
  readonly logFile: string;
  /** A folder with one file per number of which only the first calls meet the far end described. */
  readonly countFolder: string;
}

/** Context in which calls from the dialler arrive at the carrier. */
export const carrierContext = 'from-dialer';

/** The carrier plan as extensions.conf of the carrier. */
export function carrierDialplan({ logFile, countFolder }: CarrierFiles): string {
  const count = `${countFolder}/\${NUMBER}`;
  return [
    `[${carrierContext}]`,
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
    ` same => n(record),Set(FILE(${logFile},,,al,u)=\${STRFTIME(,UTC,%Y-%m-%dT%H:%M:%S.%3qZ)},\${NUMBER},\${CODE})`,
    ' same => n,Goto(far-ends,${CODE},1)',
    '',
    '[far-ends]',
    ...carrierPlan.flatMap(({ code, behaviour }) => extension(code, stepsOf(behaviour))),
    '',
  ].join('\n');
}

const untilGivenUp = 'Wait(86400)';

function stepsOf(behaviour: FarEndBehaviour): string[] {
  switch (behaviour.kind) {
    case 'answer':
      return ['Answer()', ...(behaviour.hangsUp ? ['Wait(1)', 'Hangup(16)'] : [untilGivenUp])];
    case 'ring':
      return ['Ringing()', untilGivenUp];
    case 'early_media':
      return ['Progress()', untilGivenUp];
    case 'silence':
      return [untilGivenUp];
    case 'refuse': {
      const refusal = `PJSIPHangup(${behaviour.sipCode})`;
      return behaviour.ringsFirst ? ['Ringing()', 'Wait(1)', refusal] : [refusal];
    }
  }
}

function extension(name: string, steps: readonly string[]): string[] {
  return steps.map((step, index) =>
    index === 0 ? `exten => ${name},1,${step}` : ` same => n,${step}`,
  );
}
