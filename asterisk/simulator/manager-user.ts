/** The one manager user of a simulated PBX. */
export interface ManagerUser {
  readonly username: string;
  readonly secret: string;
  readonly read: ReadonlySet<string>;
  readonly write: ReadonlySet<string>;
}

/** The rights the shipped manager.conf gives. */
export const leastRights = {
  read: ['call', 'system', 'user', 'agent'],
  write: ['originate', 'call', 'reporting'],
} as const;

/** `needs`: any of these write rights is enough; none needed when empty. */
export function mayWrite(user: ManagerUser, needs: readonly string[]): boolean {
  return needs.length === 0 || needs.some((right) => user.write.has(right));
}
