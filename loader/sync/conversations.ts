import { UnavailableError } from "../errors.ts";
import { conversationConditions } from "../extract/filter.ts";
import { lists, searchConditionsMax, searches } from "../extract/lists.ts";
import { firstPlace, type Place } from "../extract/next-place.ts";
import { type Page, readListing } from "../extract/pages.ts";
import { conversationReferenceOf, type Quality, type Reference } from "../extract/references.ts";
import { notFoundRow } from "../extract/rows.ts";
import type { SecondsRange } from "../extract/seconds-range.ts";
import type { Found } from "../extract/windows.ts";
import { withoutListedAsDeleted } from "./deletions.ts";
import { withoutHiddenRanges } from "./hidden.ts";
import type { Run } from "./run.ts";
import { syncChanges } from "./threads/changes.ts";
import { withReferences } from "./threads/found.ts";
import type { ThreadStream } from "./threads/stream.ts";

/** The search lacks the parts of a conversation, so each changed conversation is a request of its own. */
const conversations: ThreadStream = {
  name: "conversations",
  noun: "conversation",
  searchPath: searches.conversations.path,
  pagesPerWindow: 1,
  search: (routes, query, place, limit) => routes.searchConversations(query, place, limit),
  referenceOf: conversationReferenceOf,
  foundRows: () => undefined,
  retrieve: (routes, id, use) => routes.thread(id, use),
  qualityOf,
  list: listWindows,
  withoutListed: withoutListedAsDeleted,
  deletion: { table: "deleted_conversations", row: notFoundRow },
  recordsUnseen: true,
};

/** Syncs every conversation that changed since the last run, or those that the filter names. */
export async function syncConversations(run: Run): Promise<void> {
  const coverage = await withoutHiddenRanges(run, await run.warehouse.coverage(run.workspaceId, conversations.name));
  await syncChanges(run, conversations, coverage, await conversationConditions(run.lookUps, run.options.filter));
  if (run.routes.lacksQuality)
    run.issues.note("conversations: Intercom gives this token no results of QA monitors and scorecards.");
}

/**
 * What QA found of conversations, by searches for their ids. A search that fails gives nothing: the conversations are worth
 * more than the findings, and a later search may show them.
 */
async function qualityOf(run: Run, ids: readonly string[]): Promise<ReadonlyMap<string, Quality>> {
  const found = new Map<string, Quality>();
  // A run by the list may have no search to ask.
  if (run.options.isList) return found;
  for (let start = 0; start < ids.length && !run.routes.lacksQuality; start += searchConditionsMax) {
    const conditions = ids
      .slice(start, start + searchConditionsMax)
      .map((id) => ({ field: "id", operator: "=", value: id }));
    try {
      const page = await run.routes.searchConversations({ operator: "OR", value: conditions }, firstPlace);
      for (const { id, quality } of page.items.map(conversationReferenceOf))
        if (id !== undefined && quality !== undefined) found.set(id, quality);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      run.effects.log("quality_not_found", { error: error.message });
      return found;
    }
  }
  return found;
}

/** The pages of GET /conversations; the range counts as covered once a pass was whole. */
async function* listWindows(run: Run, range: SecondsRange): AsyncGenerator<Found> {
  let isExpected = false;
  const fetchPage = async (place: Place): Promise<Page<Reference>> => {
    const page = await run.routes.list(lists.conversations, place);
    if (!isExpected) run.progress.expect(conversations.name, page.total ?? 0);
    isExpected = true;
    return withReferences(conversations, page);
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
