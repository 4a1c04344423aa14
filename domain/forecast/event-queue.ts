/** What happens next on a virtual clock: events by time, those of the same time in the order they were added. */
export interface EventQueue<Event> {
  readonly size: number;
  add(atMs: number, event: Event): void;
  /** The earliest one; undefined when there is none. */
  take(): { readonly atMs: number; readonly event: Event } | undefined;
}

interface Entry<Event> {
  readonly atMs: number;
  readonly turn: number;
  readonly event: Event;
}

/** A binary heap. */
export function createEventQueue<Event>(): EventQueue<Event> {
  const heap: Entry<Event>[] = [];
  let turn = 0;

  function swim(from: number, entry: Entry<Event>): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  function sink(entry: Entry<Event>): void {
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      if (left === undefined) break;
      const right = heap[2 * at + 2];
      const goesRight = right !== undefined && isBefore(right, left);
      const below = goesRight ? right : left;
      if (isBefore(entry, below)) break;
      heap[at] = below;
      at = 2 * at + (goesRight ? 2 : 1);
    }
    heap[at] = entry;
  }

  return {
    get size() {
      return heap.length;
    },
    add(atMs, event) {
      turn += 1;
      swim(heap.length, { atMs, turn, event });
    },
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) sink(last);
      return first;
    },
  };
}

function isBefore<Event>(one: Entry<Event>, other: Entry<Event>): boolean {
  return one.atMs === other.atMs ? one.turn < other.turn : one.atMs < other.atMs;
}
