/** First come, first served; a million may stand in it. */
export interface Line<Item> {
  readonly length: number;
  readonly first: Item | undefined;
  join(item: Item): void;
  /** Takes the first out. */
  leave(): Item | undefined;
}

export function createLine<Item>(): Line<Item> {
  let items: Item[] = [];
  let gone = 0;
  return {
    get length() {
      return items.length - gone;
    },
    get first() {
      return items[gone];
    },
    join(item) {
      items.push(item);
    },
    leave() {
      const item = items[gone];
      if (item === undefined) return undefined;
      gone += 1;
      // Moving the others for each that leaves would take a million times a million steps.
      if (gone > 1000 && gone * 2 > items.length) {
        items = items.slice(gone);
        gone = 0;
      }
      return item;
    },
  };
}
