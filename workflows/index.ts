/** What the workflow bundle holds: one function per workflow type. */
export { campaign } from './campaign.ts';
export { contact } from './contact.ts';
export { report } from './report.ts';
