/** A campaign and the names of the campaigns its retarget rules point to. */
export interface RetargetNode {
  readonly name: string;
  readonly targets: readonly string[];
}

/**
 * A circle among retarget rules as the names along it, the first repeated at the end
 * (`['a', 'b', 'a']`); null when there is none. Targets that are not in the list lead nowhere.
 */
export function findRetargetCircle(campaigns: readonly RetargetNode[]): string[] | null {
  const targetsOf = new Map(campaigns.map(({ name, targets }) => [name, targets]));
  const harmless = new Set<string>();
  for (const { name } of campaigns) {
    const circle = walk(name, [], targetsOf, harmless);
    if (circle) return circle;
  }
  return null;
}

function walk(
  name: string,
  path: readonly string[],
  targetsOf: ReadonlyMap<string, readonly string[]>,
  harmless: Set<string>,
): string[] | null {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  if (harmless.has(name)) return null;
  for (const target of targetsOf.get(name) ?? []) {
    const circle = walk(target, [...path, name], targetsOf, harmless);
    if (circle) return circle;
  }
  harmless.add(name);
  return null;
}
