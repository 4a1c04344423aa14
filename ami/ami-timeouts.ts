/** Every wait of the adapter, in milliseconds; tests shorten them. */
export interface AmiTimeouts {
  /** From the start of a connection until TCP is up. */
  readonly connectMs: number;
  /** From TCP being up until the PBX answered the login. */
  readonly loginMs: number;
  /** After the login: how often to warn that no FullyBooted has come. */
  readonly bootWarningMs: number;
  /** An action's answer, or the next piece of a list; after it the link counts as dead. */
  readonly actionMs: number;
  /** Between two keep-alive pings. */
  readonly pingEveryMs: number;
  /** First and longest wait before a new connection; doubled each time, with jitter. */
  readonly backOffFirstMs: number;
  readonly backOffLongestMs: number;
  /** Wait after a refused login: each try is a line in somebody's intrusion log. */
  readonly refusedRetryMs: number;
  /** How long to wait for the other half of the evidence when one half has come. */
  readonly graceMs: number;
  /** How often a call that should hang up some time is asked about. */
  readonly checkEveryMs: number;
  /** Beyond the ring timeout: how long an OriginateResponse may take. */
  readonly responseSlackMs: number;
}

/** The waits used outside tests. */
export const defaultTimeouts: AmiTimeouts = {
  connectMs: 10_000,
  loginMs: 10_000,
  bootWarningMs: 30_000,
  actionMs: 5_000,
  pingEveryMs: 10_000,
  backOffFirstMs: 500,
  backOffLongestMs: 15_000,
  refusedRetryMs: 60_000,
  graceMs: 2_000,
  checkEveryMs: 30_000,
  responseSlackMs: 15_000,
};
