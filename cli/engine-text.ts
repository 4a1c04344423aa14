import type { RunningEngine } from './start-engine.ts';

const pbxNames = {
  asterisk: 'Asterisk, with a second one as the carrier',
  simulator: 'the simulator (no Asterisk is installed or chosen)',
} as const;

/** Where everything is, once it runs. */
export function engineText({ stack, http }: RunningEngine): string {
  const pbx = stack.pbx === null ? 'as configured' : pbxNames[stack.pbx.kind];
  const lines = [
    ['PBX', pbx],
    ['trunks', Object.keys(stack.trunks).join(', ') || 'none'],
    ['health', `${http}/healthz`],
    ...(stack.temporalUi === null ? [] : [['Temporal UI', stack.temporalUi]]),
    ...(stack.pbx === null ? [] : [['carrier log', stack.pbx.carrierLog]]),
  ];
  return [
    'The engine is up.',
    ...lines.map(([name = '', value]) => `  ${name.padEnd(12)} ${value}`),
  ].join('\n');
}
