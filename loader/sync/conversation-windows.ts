import { UnavailableError } from "../errors.ts";
import { lists } from "../extract/lists.ts";
import type { Place } from "../extract/next-place.ts";
import { type Page, readListing } from "../extract/pages.ts";
import { type ConversationReference, referenceOf } from "../extract/references.ts";
import type { SearchLimit, SearchQuery, UnknownPage } from "../extract/routes.ts";
import type { SecondsRange } from "../extract/seconds-range.ts";
import { failFastRetryLimit, heavyAttemptsMax, recordRetryLimit } from "../extract/status-actions.ts";
import { type FoundWindow, findConversations, type SearchPage } from "../extract/windows.ts";
import type { Run } from "./run.ts";

/** Conversations that are retrieved together: a search window, a piece of a large window, or a page of the list. */
export type Found = Pick<FoundWindow, "references" | "isWhole" | "unseen"> & {
  /** The range that is covered once these are stored; undefined for a piece that others follow. */
  readonly range: SecondsRange | undefined;
  /** The range also covers the pieces before: they must be stored first. */
  readonly isLastPiece: boolean;
};

/** The windows of a search over a range. */
export async function* searchWindows(
  run: Run,
  gap: SecondsRange,
  conditions: readonly SearchQuery[],
): AsyncGenerator<Found> {
  const search: SearchPage = async (window, place, isFailFast) => {
    // `>` and `<` are documented as "or equal" and may be strict: a second more on either side fits both.
    const query: SearchQuery = {
      operator: "AND",
      value: [
        { field: "updated_at", operator: ">", value: window.from - 1 },
        { field: "updated_at", operator: "<", value: window.to + 1 },
        ...conditions,
      ],
    };
    const page = await run.routes
      .searchConversations(query, place, searchLimit(window, isFailFast))
      .catch(async (error: unknown) => {
        if (error instanceof UnavailableError) await run.health.confirmUp(error);
        throw error;
      });
    if (window.from === gap.from && window.to === gap.to) run.progress.expect("conversations", page.total ?? 0);
    return withReferences(page);
  };
  for await (const window of findConversations(gap, search)) {
    if (window.failure !== undefined) run.issues.streamFailed(window.failure);
    else if (!window.isWhole)
      run.issues.note(
        "conversations: some changed while they were searched for. The next run searches for them again.",
      );
    yield* piecesOf(window, run.warehouse.conversationsPerLoad);
  }
}

function searchLimit({ from, to }: SecondsRange, isFailFast: boolean): SearchLimit {
  const isDivisible = to > from;
  // Once a search failed, others will be too heavy as well: the next smaller search should start at once.
  if (isFailFast)
    return isDivisible ? { retryLimit: failFastRetryLimit, heavyAttemptsMax: 1 } : { retryLimit: recordRetryLimit };
  return isDivisible ? { heavyAttemptsMax } : {};
}

/** After a bulk action a second has thousands of conversations: too many for one load. */
function* piecesOf(window: FoundWindow, size: number): Generator<Found> {
  const { from, to, references, isWhole, unseen } = window;
  const isCut = references.length > size;
  let start = 0;
  for (; references.length - start > size; start += size) {
    const piece = references.slice(start, start + size);
    yield { range: undefined, references: piece, isWhole: true, unseen: 0, isLastPiece: false };
  }
  yield { range: { from, to }, references: references.slice(start), isWhole, unseen, isLastPiece: isCut };
}

/** The pages of GET /conversations; the range counts as covered once a pass was whole. */
export async function* listWindows(run: Run, range: SecondsRange): AsyncGenerator<Found> {
  let isExpected = false;
  const fetchPage = async (place: Place): Promise<Page<ConversationReference>> => {
    const page = await run.routes.list(lists.conversations, place);
    if (!isExpected) run.progress.expect("conversations", page.total ?? 0);
    isExpected = true;
    return withReferences(page);
  };
  for await (const { items, end } of readListing(fetchPage, (item) => item.id)) {
    const references = items.filter(
      ({ updatedAt }) => updatedAt === undefined || (updatedAt >= range.from && updatedAt <= range.to),
    );
    const isLastPiece = end !== undefined;
    const isWhole = end?.isWhole ?? true;
    yield { range: isLastPiece ? range : undefined, references, isWhole, unseen: end?.unseen ?? 0, isLastPiece };
  }
}

function withReferences({ items, total, next }: UnknownPage): Page<ConversationReference> {
  return { items: items.map(referenceOf), total, next };
}
