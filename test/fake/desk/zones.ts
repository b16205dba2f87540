// Time zones: offsets looked up once per zone and kept as a list of transitions, because Intl is far too slow per event.

const FIRST = Date.UTC(2000, 0, 1) / 1000;
const LAST = Date.UTC(2041, 0, 1) / 1000;
const WEEK = 7 * 86400;

interface Transitions {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

const known = new Map<string, Transitions>();

/** Seconds to add to UTC for the wall clock of `zone` at `epoch` (seconds). Throws RangeError on an unknown zone. */
export function zoneOffset(zone: string, epoch: number): number {
  let transitions = known.get(zone);
  if (transitions === undefined) {
    transitions = findTransitions(zone);
    known.set(zone, transitions);
  }
  const { starts, offsets } = transitions;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= epoch) low = middle;
    else high = middle - 1;
  }
  return offsets[low] ?? 0;
}

/** Epoch seconds of a wall clock time, given as seconds since 1970-01-01T00:00 on that clock. */
export function fromWallClock(zone: string, wallSeconds: number): number {
  const guess = wallSeconds - zoneOffset(zone, wallSeconds);
  return wallSeconds - zoneOffset(zone, guess);
}

/** Days since 1970-01-01 on the wall clock of `zone`. */
export function wallDay(zone: string, epoch: number): number {
  return Math.floor((epoch + zoneOffset(zone, epoch)) / 86400);
}

/** Epoch seconds of midnight, `zone`'s clock, at the start of the day with that number. */
export function dayStart(zone: string, day: number): number {
  return fromWallClock(zone, day * 86400);
}

function findTransitions(zone: string): Transitions {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetAt = (epoch: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(epoch * 1000)) part[type] = Number(value);
    const wall = Date.UTC(
      part["year"] ?? 0,
      (part["month"] ?? 1) - 1,
      part["day"] ?? 1,
      part["hour"] ?? 0,
      part["minute"] ?? 0,
      part["second"] ?? 0,
    );
    return wall / 1000 - epoch;
  };
  const starts = [Number.NEGATIVE_INFINITY];
  const offsets = [offsetAt(FIRST)];
  for (let from = FIRST; from < LAST; from += WEEK) {
    const before = offsets.at(-1) ?? 0;
    const after = offsetAt(from + WEEK);
    if (after === before) continue;
    let low = from;
    let high = from + WEEK;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    starts.push(high);
    offsets.push(after);
  }
  return { starts, offsets };
}
