import { answerCases } from './sip-answer-cases.ts';
import { forkingCases } from './sip-forking-cases.ts';
import { reasonCases } from './sip-reason-cases.ts';
import { redirectCases } from './sip-redirect-cases.ts';
import { login, refusalCases } from './sip-refusal-cases.ts';
import type { SipCase } from './sip-case.ts';

/** Every case, each with a number of its own. */
export const sipCases: readonly (SipCase & { readonly number: string })[] = [
  ...forkingCases,
  ...reasonCases,
  ...answerCases,
  ...refusalCases,
  ...redirectCases,
].map((each, index) => ({ ...each, number: `525557${200_001 + index}` }));

/** The trunks the cases name. */
export const sipTrunks = [
  { name: 'far-end' },
  { name: 'far-end-login', credentials: login },
  { name: 'far-end-wrong-login', credentials: { ...login, password: 'another' } },
];
