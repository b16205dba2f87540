import { FailedRecordError, NotFoundError, UnavailableError } from "../errors.ts";
import { lists } from "../extract/lists.ts";
import { firstPlace } from "../extract/next-place.ts";
import { type FetchPage, type ListingEnd, type Page, readListing } from "../extract/pages.ts";
import type { SearchQuery, UnknownPage } from "../extract/routes.ts";
import { idOf } from "../extract/schemas.ts";
import { withAllCompanies } from "./contact-companies.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

const stream = "contacts";
const secondsPerDay = 86_400;
/** The search compares calendar days of the workspace's time zone, and `>` means from the next day on. */
const overlapDays = 2;
/** A rejected contact is requested again for this long. */
const recheckDays = 2;
/** When so many missing contacts in a row exist after all, the list is wrong, and no more are requested. */
const livingInARowMax = 20;

type ListedContact = { readonly record: unknown; readonly requestedAtSeconds: number };

/**
 * Syncs contacts: all of them the first time, later those that changed since two days before the last run. Deleted and
 * merged contacts appear nowhere. Intercom's count shows that some are gone; then the whole list is read to find them.
 */
export async function syncContacts(run: Run): Promise<void> {
  const cursor = await run.warehouse.streamCursor(run.workspaceId, stream);
  if (cursor === undefined) {
    await storeListing(run, (place) => run.routes.list(lists.contacts, place));
    return;
  }
  const since = cursor - overlapDays * secondsPerDay;
  const query: SearchQuery = { field: "updated_at", operator: ">", value: since };
  await storeListing(run, (place) => run.routes.searchContacts(query, place), since - overlapDays * secondsPerDay);
  await recheck(run);

  const { total } = await run.routes.list(lists.contacts, firstPlace, { per_page: 1 });
  if (total === undefined) return;
  const difference = total - (await run.warehouse.countLive(run.workspaceId, stream));
  // A count that differs by as much as after the last whole list is wrong: the list would show the same again.
  const explained = await run.warehouse.unseenCount(run.workspaceId, stream);
  if (difference !== explained) await reconcile(run, total);
}

/** Stores the new and changed contacts of a listing. @param knownSince the listing has only contacts that changed since */
async function storeListing(run: Run, fetchPage: FetchPage<UnknownPage>, knownSince?: number): Promise<void> {
  const known = await run.warehouse.liveRecords(run.workspaceId, stream, knownSince);
  const load = new RecordLoad(run, stream, known);
  try {
    for await (const listed of readListing(withTime(fetchPage), (item) => idOf(item.record))) {
      for (const { record, requestedAtSeconds } of listed.items)
        await addIfChanged(run, load, record, requestedAtSeconds);
      if (listed.end !== undefined) {
        await load.store(listed.end.isWhole ? run.startedAtSeconds : undefined);
        noteIfIncomplete(run, listed.end);
      } else {
        await load.storeIfFull();
      }
    }
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

/** Notes that contacts may be missing: the cursor stays, and the next run reads them again. */
function noteIfIncomplete(run: Run, { isWhole, isCutOff }: ListingEnd): void {
  if (isCutOff)
    run.issues.streamFailed(
      new UnavailableError(
        "contacts: Intercom counts more than it shows, and names no next page. The next run reads them again.",
      ),
    );
  else if (!isWhole) run.issues.note("contacts: some changed while they were read. The next run reads them again.");
}

/** Requests rejected contacts again: no search finds them before they change. */
async function recheck(run: Run): Promise<void> {
  const since = run.startedAtSeconds - recheckDays * secondsPerDay;
  const rejected = await run.warehouse.recordsToRecheck(run.workspaceId, stream, since);
  if (rejected.size === 0) return;
  const load = new RecordLoad(run, stream, new Map());
  try {
    for (const id of rejected.keys()) await recheckOne(run, load, id);
    await load.store();
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

async function recheckOne(run: Run, load: RecordLoad, id: string): Promise<void> {
  try {
    const { content, requestedAtSeconds } = await run.health.requestRecord(
      `contact ${id}`,
      () => run.routes.contact(id),
      {
        isKnownToFail: true,
      },
    );
    if (idOf(content) === id) await addIfChanged(run, load, content, requestedAtSeconds);
  } catch (error) {
    if (error instanceof NotFoundError) return;
    if (!(error instanceof FailedRecordError)) throw error;
    load.reject({ stream, id, reason: error.message, record: undefined }, run.serverSeconds());
  }
}

/** Finds contacts that Intercom no longer has, and contacts that the warehouse lacks. @param total Intercom's count */
async function reconcile(run: Run, total: number): Promise<void> {
  const known = await run.warehouse.liveRecords(run.workspaceId, stream);
  const load = new RecordLoad(run, stream, known);
  try {
    const isWhole = await addAllIfChanged(run, load);
    if (isWhole) await addTombstonesForGone(run, load);
    await load.store();
    if (isWhole) await explainDifference(run, total);
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

/** Records by how much the count still differs after the whole list was read. */
async function explainDifference(run: Run, total: number): Promise<void> {
  const difference = total - (await run.warehouse.countLive(run.workspaceId, stream));
  if (difference === (await run.warehouse.unseenCount(run.workspaceId, stream))) return;
  run.issues.addUnseen(stream, difference);
  await new RecordLoad(run, stream, new Map()).store(undefined, difference);
}

/** Adds the new and changed contacts of the whole list. @returns whether the list was read to its end */
async function addAllIfChanged(run: Run, load: RecordLoad): Promise<boolean> {
  let isWhole = false;
  const fetchPage = withTime((place) => run.routes.list(lists.contacts, place));
  for await (const listed of readListing(fetchPage, (item) => idOf(item.record))) {
    for (const { record, requestedAtSeconds } of listed.items)
      await addIfChanged(run, load, record, requestedAtSeconds);
    isWhole = listed.end?.isWhole ?? false;
    if (listed.end !== undefined) noteIfIncomplete(run, listed.end);
  }
  return isWhole;
}

/** Adds tombstones for missing contacts. A list may lag: each contact is requested by its id first. */
async function addTombstonesForGone(run: Run, load: RecordLoad): Promise<void> {
  let livingInARow = 0;
  for (const id of load.missing()) {
    const goneAt = await goneSince(run, load, id);
    if (goneAt !== undefined) load.addTombstone(id, goneAt);
    livingInARow = goneAt === undefined ? livingInARow + 1 : 0;
    if (livingInARow < livingInARowMax) continue;
    run.issues.note(
      `contacts: Intercom's list lacks ${load.missing().length} of ${load.known}, but the first of them exist. No more of them count as deleted.`,
    );
    return;
  }
}

/** Intercom's clock when it answered that a contact is gone or merged into another; undefined where the contact exists. */
async function goneSince(run: Run, load: RecordLoad, id: string): Promise<number | undefined> {
  try {
    const answer = await run.health.requestRecord(`contact ${id}`, () => run.routes.contact(id));
    return idOf(answer.content) === id ? undefined : answer.requestedAtSeconds;
  } catch (error) {
    if (error instanceof NotFoundError) return error.requestedAtSeconds;
    if (!(error instanceof FailedRecordError)) throw error;
    load.reject({ stream, id, reason: error.message, record: undefined }, run.serverSeconds());
    return undefined;
  }
}

function addIfChanged(run: Run, load: RecordLoad, record: unknown, requestedAtSeconds: number): Promise<void> {
  return load.addIfChanged(record, requestedAtSeconds, (contact) => withAllCompanies(run, contact));
}

function withTime(fetchPage: FetchPage<UnknownPage>): FetchPage<Page<ListedContact>> {
  return async (place) => {
    const { items, requestedAtSeconds, ...page } = await fetchPage(place);
    return { ...page, items: items.map((record) => ({ record, requestedAtSeconds })) };
  };
}
