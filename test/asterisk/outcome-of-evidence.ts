import type { ExpectedOutcome } from '../../asterisk/plan/outcome.ts';
import { classifyCall } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';

/** What the evidence of a call says, as the table of outcomes states it. */
export function outcomeOf(events: readonly EvidenceEvent[]): ExpectedOutcome {
  const call = classifyCall(events, { reasonDialect: 'asterisk', reportsRinging: true });
  const { dialStatus, callStatus, rule, confidence, response, reason, cause } = call;
  const { techCause, hungUpBy, transferredTo } = call;
  const issabel = classifyCall(events, { reasonDialect: 'issabel', reportsRinging: true });
  return {
    ...{ dialStatus, callStatus, rule, confidence, response, reason, cause, techCause },
    ...{ hungUpBy, transferredTo },
    issabel: { dialStatus: issabel.dialStatus, callStatus: issabel.callStatus },
  } as ExpectedOutcome;
}
