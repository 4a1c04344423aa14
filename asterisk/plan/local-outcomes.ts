import { localPlan, localPlanContext } from '../local-plan.ts';
import { agents } from './agents.ts';
import { answers } from './answers.ts';
import { plainOrder, row } from './build-outcome.ts';
import { machines } from './machines.ts';
import type { ExpectedOutcome, Outcome } from './outcome.ts';
import { ringing } from './ringing.ts';
import { sipRefusals } from './sip-refusals.ts';
import { transfers } from './transfers.ts';

const overTrunk = [...answers, ...agents, ...machines, ...ringing, ...sipRefusals, ...transfers];

const outbound = 'Local/{number}@outbound/n';
const routes = 'the carrier leg, as over the trunk; Reason 5 of Busy(), 8 of Congestion()';

/** Outbound routes of FreePBX and Issabel: the same far ends, behind a dialplan. */
const behindRoutes: readonly Outcome[] = [
  ...['404', '480', '484', '503', '603', '903', '980', '908'].map((code) => ended(code, 8)),
  ...['486', '600', '986'].map((code) => ended(code, 5)),
  ...['180', '100'].map((code) => ended(code, 3)),
  ...['200', '010', '011', '012', '014', '020', '040', '046', '060', '063', '067'].map(same),
  {
    ...same('503'),
    code: 'local-fail-over',
    title: 'is reached by the second trunk',
    times: 1,
    expected: expectedOf('200'),
  },
];

/** Without a second trunk, and without a word of the dialplan's own. */
const otherRoutes: readonly Outcome[] = [
  ...['404', '486', '603'].map((code) => ({
    ...ended(code, 0),
    code: `plain-${code}`,
    order: { ...plainOrder, dialString: 'Local/{number}@outbound-plain/n' },
  })),
];

/** A dialplan that dials nobody. */
const withoutCarrier: readonly Outcome[] = localPlan.map(({ extension, title, expected }) =>
  row(`local-${extension}`, title, { kind: 'silence' }, expected, 'measured on Local channels', {
    digits: '200',
    order: { ...plainOrder, dialString: `Local/${extension}@${localPlanContext}` },
  }),
);

/** Calls that begin as a Local channel, whose dialplan finds the way to the carrier. */
export const localOutcomes: readonly Outcome[] = [
  ...behindRoutes,
  ...otherRoutes,
  ...withoutCarrier,
];

function same(code: string): Outcome {
  const found = overTrunk.find((each) => each.code === code);
  if (found === undefined) throw new Error(`no outcome over the trunk has the code ${code}`);
  const order = { ...found.order, dialString: outbound };
  return { ...found, code: `local-${code}`, order, source: routes };
}

function expectedOf(code: string): ExpectedOutcome {
  return same(code).expected;
}

/** The dialect `issabel` has no word for Reason 5 and 8, so the evidence decides there as well. */
function ended(code: string, reason: number): Outcome {
  const found = same(code);
  const { dialStatus, callStatus } = found.expected;
  const literal =
    reason === 0 || reason === 3 ? found.expected.issabel : { dialStatus, callStatus };
  return { ...found, expected: { ...found.expected, reason, issabel: literal } };
}
