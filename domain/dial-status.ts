/**
 * Dial status: what Originate reported, in the words and codes of Issabel's "Call Status" page,
 * where the code is the position in this list. What the wire sends is another numbering; a reason
 * dialect translates it (reason-dialect.ts).
 */
export const dialStatuses = ['NO_ANSWER', 'BUSY', 'FAILURE', 'CONGESTION', 'ANSWER'] as const;

export type DialStatus = (typeof dialStatuses)[number];

/** The code of the seed table: 0 NO_ANSWER … 4 ANSWER. */
export function dialStatusCode(status: DialStatus): number {
  return dialStatuses.indexOf(status);
}

/** The dial status of a stored code; throws on a code outside 0–4, which only a bug can produce. */
export function dialStatusOfCode(code: number): DialStatus {
  const status = dialStatuses[code];
  if (status === undefined) throw new Error(`no dial status has the code ${code}`);
  return status;
}
