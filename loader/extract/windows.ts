import { type Page, readListing } from "./pages.ts";

/** A range of `updated_at`, in epoch seconds, both ends inclusive. */
export type SecondsRange = { readonly from: number; readonly to: number };

/** What a list says of a conversation. Without an id it can't be asked for: the record is kept for `_rejected`. */
export type ConversationReference = {
  readonly id: string | undefined;
  readonly updatedAt: number | undefined;
  readonly record?: unknown;
};

/** Conversations whose `updated_at` was in the window when it was searched. */
export type FoundWindow = SecondsRange & {
  readonly references: readonly ConversationReference[];
  /** False when the listing kept changing: what was found is right, but something may be missing. */
  readonly isWhole: boolean;
};

/** One page of a search over a window. */
export type SearchPage = (window: SecondsRange, cursor: string | undefined) => Promise<Page<ConversationReference>>;

/** A window is cut into pieces that should hold about this many conversations (a page has 150). */
const conversationsPerPiece = 110;
const piecesMax = 16;
/** A longer window is only halved: most of a range that begins before the first conversation is empty. */
const secondsToHalve = 400 * 86_400;
/** A window that has this many conversations is not joined with the next one. */
const conversationsPerWindow = 100;
/** This many of one page in one second are a crowd: a bulk action. */
const crowdMin = 50;
const passesMax = 5;

/**
 * Cuts a range into windows, oldest first, without gap or overlap, each so small that the search answers it with a
 * single page. One answer shows one state of the workspace, so nothing can slip from page to page while it is read;
 * and it does not matter in which order the search answers, or whether its bounds include the second they name.
 * Only a single second with more conversations than a page (a bulk action) is paged through, again and again until a
 * pass saw as many as the search counts. Such a crowd just outside a window would be in its answers, too, and have it
 * cut again and again: it tells that the search's bound includes the second it names, and is left out from then on.
 */
export async function* findConversations(range: SecondsRange, search: SearchPage): AsyncGenerator<FoundWindow> {
  const pending: SecondsRange[] = [range];
  const bounds = { includeFrom: false, includeTo: false };
  const searchWithin: SearchPage = (window, cursor) => {
    return search({ from: window.from + Number(bounds.includeFrom), to: window.to - Number(bounds.includeTo) }, cursor);
  };
  let found: FoundWindow | undefined;
  for (let window = pending.pop(); window !== undefined; window = pending.pop()) {
    const page = await searchWithin(window, undefined);
    const crowd = page.next === undefined ? undefined : crowdedSecond(page.items);
    let next: FoundWindow;
    if (page.next === undefined) {
      next = { ...window, references: within(window, page.items), isWhole: true };
    } else if (crowd === window.from - 1 && !bounds.includeFrom) {
      bounds.includeFrom = true;
      pending.push(window);
      continue;
    } else if (crowd === window.to + 1 && !bounds.includeTo && crowd <= range.to) {
      // A crowd after the range is one of this very moment, which the search may have found by its times before.
      bounds.includeTo = true;
      pending.push(window);
      continue;
    } else if (window.to > window.from) {
      const isInside = crowd !== undefined && crowd >= window.from && crowd <= window.to;
      const pieces = isInside ? around(window, crowd) : piecesOf(window, page.total ?? 2 * conversationsPerPiece);
      pending.push(...pieces.reverse());
      continue;
    } else {
      next = await readCrowdedSecond(window, searchWithin);
    }
    // Neighbours with few conversations make one window: fewer loads to write and to remember.
    if (found === undefined) found = next;
    else if (found.references.length + next.references.length <= conversationsPerWindow) found = joined(found, next);
    else {
      yield found;
      found = next;
    }
  }
  if (found !== undefined) yield found;
}

async function readCrowdedSecond(window: SecondsRange, search: SearchPage): Promise<FoundWindow> {
  const items: ConversationReference[] = [];
  let isWhole = false;
  const fetchPage = (cursor: string | undefined): Promise<Page<ConversationReference>> => search(window, cursor);
  for await (const listed of readListing(fetchPage, (item) => item.id, passesMax)) {
    items.push(...listed.items);
    if (listed.end !== undefined) isWhole = listed.end.isWhole;
  }
  return { ...window, references: within(window, items), isWhole };
}

/** The search's bounds may include a second more on either side: those belong to the neighbours. */
function within(window: SecondsRange, items: readonly ConversationReference[]): ConversationReference[] {
  return items.filter(
    ({ updatedAt }) => updatedAt === undefined || (updatedAt >= window.from && updatedAt <= window.to),
  );
}

/** The second that most of a page's conversations share, when they are many. */
function crowdedSecond(references: readonly ConversationReference[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { updatedAt } of references) {
    if (updatedAt === undefined) continue;
    const count = (counts.get(updatedAt) ?? 0) + 1;
    if (count >= crowdMin && count > references.length / 2) return updatedAt;
    counts.set(updatedAt, count);
  }
  return undefined;
}

/** A window as what is before a second, that second, and what is after it, oldest first. */
function around({ from, to }: SecondsRange, second: number): SecondsRange[] {
  const pieces = [
    { from, to: second - 1 },
    { from: second, to: second },
    { from: second + 1, to },
  ];
  return pieces.filter((piece) => piece.from <= piece.to);
}

/** Equal pieces of a window, oldest first; at least two, and none shorter than a second. */
function piecesOf(window: SecondsRange, count: number): SecondsRange[] {
  const seconds = window.to - window.from + 1;
  const wanted = seconds > secondsToHalve ? 2 : Math.max(2, Math.ceil(count / conversationsPerPiece));
  const pieces = Math.min(wanted, piecesMax, seconds);
  const bounds = Array.from({ length: pieces + 1 }, (_, index) => window.from + Math.floor((seconds * index) / pieces));
  return bounds.slice(1).map((end, index) => ({ from: bounds[index] ?? window.from, to: end - 1 }));
}

function joined(first: FoundWindow, second: FoundWindow): FoundWindow {
  return {
    from: first.from,
    to: second.to,
    references: [...first.references, ...second.references],
    isWhole: first.isWhole && second.isWhole,
  };
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
