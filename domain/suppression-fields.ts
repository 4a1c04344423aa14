import { duration, list, required, section, Wrong } from './campaign-fields.ts';
import type { RequiredList } from './campaign-settings.ts';
import { readSuppressionSource, sourceHint } from './suppression-source.ts';

const requiredList = section({
  source: required(sourceName),
  maxAge: required(duration('1h', '3650d')),
}).transform(({ source, maxAge }): RequiredList => ({ source, maxAgeMs: maxAge }));

/** `suppression` of a campaign file: the lists that must be there, and how old they may be. */
export const suppressionSection = section({
  lists: list(requiredList, 1).refine(namesEachOnce, 'each source may be there once'),
});

function sourceName(value: unknown): string | Wrong {
  const source = typeof value === 'string' ? readSuppressionSource(value) : null;
  return source ?? new Wrong(sourceHint);
}

function namesEachOnce(lists: readonly RequiredList[]): boolean {
  return new Set(lists.map(({ source }) => source)).size === lists.length;
}
