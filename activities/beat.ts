import { Context } from '@temporalio/activity';

/** A beat every 5 s against a heartbeat time-out of 20 s; returns the function that stops it. */
export function startBeating(): () => void {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => context.heartbeat(), 5_000);
  return () => clearInterval(timer);
}
