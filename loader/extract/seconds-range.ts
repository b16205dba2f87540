/** A range of `updated_at`, in epoch seconds, both ends inclusive. */
export type SecondsRange = { readonly from: number; readonly to: number };

/** Longer than any range. */
const allTime: SecondsRange = { from: 0, to: 2 ** 40 };
const piecesMax = 16;
/** A longer range is only halved: most of a range that begins before the first record is empty. */
const secondsToHalve = 400 * 86_400;

/** A range in up to three pieces, oldest first: before a second, that second, and after it. */
export function around({ from, to }: SecondsRange, second: number): SecondsRange[] {
  const pieces = [
    { from, to: second - 1 },
    { from: second, to: second },
    { from: second + 1, to },
  ];
  return pieces.filter((piece) => piece.from <= piece.to);
}

/**
 * Equal pieces of a range, oldest first: at least two, and none shorter than a second.
 * @param count of the records in the range; undefined where nobody has counted them
 * @param perPiece the records that a piece should hold
 */
export function piecesOf(window: SecondsRange, count: number | undefined, perPiece: number): SecondsRange[] {
  const seconds = window.to - window.from + 1;
  const wanted = seconds > secondsToHalve ? 2 : Math.max(2, Math.ceil((count ?? 0) / perPiece));
  const pieces = Math.min(wanted, piecesMax, seconds);
  const bounds = Array.from({ length: pieces + 1 }, (_, index) => window.from + Math.floor((seconds * index) / pieces));
  return bounds.slice(1).map((end, index) => ({ from: bounds[index] ?? window.from, to: end - 1 }));
}

/** The first so many seconds of a range, and the rest. */
export function splitAfter({ from, to }: SecondsRange, seconds: number): SecondsRange[] {
  return [
    { from, to: from + seconds - 1 },
    { from: from + seconds, to },
  ];
}

export function halves({ from, to }: SecondsRange): SecondsRange[] {
  const middle = Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle + 1, to },
  ];
}

/** The same seconds in as few ranges as there can be, oldest first. */
export function joined(ranges: readonly SecondsRange[]): SecondsRange[] {
  return uncovered(allTime, uncovered(allTime, ranges));
}

/** The parts of a range that none of the covered ranges has, oldest first. */
export function uncovered(range: SecondsRange, covered: readonly SecondsRange[]): SecondsRange[] {
  const gaps: SecondsRange[] = [];
  let from = range.from;
  for (const window of covered.toSorted((a, b) => a.from - b.from)) {
    if (window.to < from) continue;
    if (window.from > range.to) break;
    if (window.from > from) gaps.push({ from, to: window.from - 1 });
    from = window.to + 1;
  }
  if (from <= range.to) gaps.push({ from, to: range.to });
  return gaps;
}

/** The seconds that both lists of ranges cover, oldest first. */
export function coveredByBoth(some: readonly SecondsRange[], others: readonly SecondsRange[]): SecondsRange[] {
  return uncovered(allTime, [...uncovered(allTime, some), ...uncovered(allTime, others)]);
}
