import { searches } from "../extract/lists.ts";
import { type Reference, referenceOf } from "../extract/references.ts";
import { hasShownParts, type ThreadRows, ticketRows, ticketTombstone } from "../extract/rows.ts";
import type { Coverage } from "../load/warehouse.ts";
import type { Run } from "./run.ts";
import { syncChanges } from "./threads/changes.ts";
import { reconcile } from "./threads/reconciliation.ts";
import type { ThreadStream } from "./threads/stream.ts";
import { TakenThreads } from "./threads/taken.ts";

/** A page of the search brings whole tickets, so long windows with many pages cost the fewest requests. */
const tickets: ThreadStream = {
  name: "tickets",
  noun: "ticket",
  searchPath: searches.tickets.path,
  pagesPerWindow: 20,
  search: (routes, query, place, limit, perPage) => routes.searchTickets(query, place, limit, perPage),
  referenceOf: ticketReference,
  foundRows,
  retrieve: async (routes, id, use) => {
    const { content, requestedAtSeconds } = await routes.ticket(id);
    use(ticketRows(content), requestedAtSeconds);
  },
  withoutListed: async (_run, notFound) => notFound,
  deletion: { table: "tickets", row: ticketTombstone },
  recordsUnseen: false,
};

/**
 * Syncs every ticket that changed since the last run, then finds those that Intercom no longer has. In that order: a
 * converted conversation is a new ticket with an old `created_at`, and would hide a deleted ticket from a count.
 */
export async function syncTickets(run: Run): Promise<void> {
  const { warehouse, workspaceId, options, startedAtSeconds } = run;
  const taken = new TakenThreads();
  const stream = { ...tickets, taken };
  const coverage = await coverageOf(run);
  const rangeFrom = options.since ?? coverage.rangeFrom ?? 0;
  const before = await warehouse.liveTickets(workspaceId, rangeFrom);
  await syncChanges(run, stream, coverage);
  // A run that ends before now leaves out tickets that have changed since: a count has them.
  if (options.until !== undefined && options.until < startedAtSeconds) return;
  await reconcile(run, stream, { stored: taken.after(before), taken, rangeFrom });
}

/**
 * What earlier runs have covered of the tickets. The range begins no later than that of the conversations: a back-fill may
 * have been the first run that read tickets.
 */
async function coverageOf({ warehouse, workspaceId }: Run): Promise<Coverage> {
  const ofTickets = await warehouse.coverage(workspaceId, "tickets");
  if (ofTickets.rangeFrom === undefined || ofTickets.rangeFrom === 0) return ofTickets;
  const { rangeFrom = Infinity } = await warehouse.coverage(workspaceId, "conversations");
  return { ...ofTickets, rangeFrom: Math.min(ofTickets.rangeFrom, rangeFrom) };
}

function ticketReference(record: unknown, requestedAtSeconds: number): Reference {
  return { ...referenceOf(record), record, foundAtSeconds: requestedAtSeconds };
}

/** A ticket as the search gave it, if all its parts are there. */
function foundRows({ record, foundAtSeconds }: Reference): ThreadRows | undefined {
  if (foundAtSeconds === undefined) return undefined;
  const rows = ticketRows(record);
  return rows.record !== undefined && rows.rejected.length === 0 && hasShownParts(rows) ? rows : undefined;
}
