import { NotFoundError } from "./errors.ts";
import { readListing } from "./extract/pages.ts";
import type { SearchQuery, UnknownPage } from "./extract/routes.ts";
import { contactSchema, idOf } from "./extract/schemas.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

const secondsPerDay = 86_400;
/** The search compares calendar days of the workspace's time zone, and `>` means from the next day on. */
const overlapDays = 2;
/** Contacts are stored this many at a time, so that a run that ends early keeps them. */
const contactsPerLoad = 4000;

type FetchPage = (cursor: string | undefined) => Promise<UnknownPage>;

/**
 * Contacts: all of them the first time, then those that changed since two days before the last run. Contacts that were
 * deleted or merged away appear nowhere; that some did is seen from Intercom's count, and then the whole list is read
 * to find out which.
 */
export async function syncContacts(run: Run): Promise<void> {
  const cursor = await run.warehouse.streamCursor(run.workspaceId, "contacts");
  if (cursor === undefined) {
    await storeListing(run, (page) => run.routes.listContacts(page));
    return;
  }
  const since = cursor - overlapDays * secondsPerDay;
  const query: SearchQuery = { field: "updated_at", operator: ">", value: since };
  await storeListing(run, (page) => run.routes.searchContacts(query, page), since - overlapDays * secondsPerDay);

  const total = (await run.routes.listContacts(undefined, 1)).total;
  if (total !== undefined && total !== (await run.warehouse.countLive(run.workspaceId, "contacts")))
    await reconcile(run);
}

/** Stores what is new or changed in a listing. @param knownSince only contacts changed since then can be stored already */
async function storeListing(run: Run, fetchPage: FetchPage, knownSince?: number): Promise<void> {
  const known = await run.warehouse.liveRecords(run.workspaceId, "contacts", knownSince);
  let load = new RecordLoad(run, "contacts", known);
  try {
    for await (const listed of readListing(withTime(fetchPage), (item) => idOf(item.record))) {
      for (const { record, askedAtSeconds } of listed.items)
        await load.offer(record, askedAtSeconds, (contact) => withAllCompanies(run, contact));
      if (listed.end !== undefined) await load.store(listed.end.isWhole ? run.startedAtSeconds : undefined);
      else if (load.rows >= contactsPerLoad) {
        await load.store();
        load = new RecordLoad(run, "contacts", known);
      }
    }
  } catch (error) {
    await load.rescue();
    throw error;
  }
}

/** Finds the stored contacts that Intercom has no more, and those that it has and we have not. */
async function reconcile(run: Run): Promise<void> {
  const known = await run.warehouse.liveRecords(run.workspaceId, "contacts");
  const load = new RecordLoad(run, "contacts", known);
  try {
    await offerDifferences(run, load);
    await load.store();
  } catch (error) {
    await load.rescue();
    throw error;
  }
}

async function offerDifferences(run: Run, load: RecordLoad): Promise<void> {
  let isWhole = false;
  for await (const listed of readListing(
    withTime((page) => run.routes.listContacts(page)),
    (item) => idOf(item.record),
  )) {
    for (const { record, askedAtSeconds } of listed.items)
      await load.offer(record, askedAtSeconds, (contact) => withAllCompanies(run, contact));
    isWhole = listed.end?.isWhole ?? false;
  }
  if (!isWhole) return;
  // A list may lag behind: a contact counts as gone once Intercom says so of it by name.
  for (const id of load.missing()) {
    const goneAt = await goneSince(run, id);
    if (goneAt !== undefined) load.bury("contact", id, goneAt);
  }
}

/** Intercom's clock when it said that the contact is no more (or is another one now, by a merge); undefined when it lives. */
async function goneSince(run: Run, id: string): Promise<number | undefined> {
  try {
    const answer = await run.routes.contact(id);
    return idOf(answer.content) === id ? undefined : answer.askedAtSeconds;
  } catch (error) {
    if (error instanceof NotFoundError) return error.askedAtSeconds;
    throw error;
  }
}

/**
 * A contact names at most 10 of its companies: the rest is asked for, and takes the same shape. Undefined when the
 * contact is gone meanwhile; should it be there all the same, the count of contacts tells the next run that it is missing.
 */
async function withAllCompanies(run: Run, contact: unknown): Promise<unknown> {
  const parsed = contactSchema.safeParse(contact);
  if (!parsed.success || parsed.data.companies?.has_more !== true) return contact;
  const companies: unknown[] = [];
  try {
    for (let page = 1, isLast = false; !isLast; page += 1) {
      const answer = await run.routes.contactCompanies(parsed.data.id, page);
      for (const company of answer.items)
        companies.push({ type: "company", id: idOf(company), url: `/companies/${idOf(company)}` });
      isLast = answer.next === undefined || answer.items.length === 0;
    }
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
  const { companies: listed } = contact as { readonly companies: object };
  return {
    ...(contact as object),
    companies: { ...listed, data: companies, total_count: companies.length, has_more: false },
  };
}

function withTime(fetchPage: FetchPage) {
  return async (cursor: string | undefined) => {
    const page = await fetchPage(cursor);
    const items = page.items.map((record) => ({ record, askedAtSeconds: page.askedAtSeconds }));
    return { items, total: page.total, next: page.next };
  };
}
