import { RequestError, RestartListingError } from "../errors.ts";
import { listedCompaniesMax } from "../extract/lists.ts";
import { type FetchPage, walkPages } from "../extract/pages.ts";
import type { UnknownPage } from "../extract/routes.ts";
import { idOf } from "../extract/schemas.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";
import { addTombstonesForMissing } from "./tombstones.ts";

const stream = "companies";
/** A scroll breaks off now and then, and cannot be resumed. */
const scrollsMax = 4;
/** A workspace has one scroll at a time; an unused scroll ends after a minute. */
const scrollBusyMsMax = 90_000;
const scrollBusyDelayMs = 15_000;
/** A scroll that came to its end counts as whole from this share of its count on. */
const wholeShareMin = 0.9;

/**
 * Syncs all companies by a scroll: the list ends at 10,000 companies and lacks companies without users. Changed companies
 * are stored, and tombstones for missing ones. While another app keeps the scroll busy, the list stands in; it proves no
 * deletion.
 */
export async function syncCompanies(run: Run): Promise<void> {
  const load = new RecordLoad(run, stream, await run.warehouse.liveRecords(run.workspaceId, stream));
  try {
    const isWhole = await scrollAll(run, load);
    if (isWhole) await addTombstonesForGone(run, load);
    else await addListed(run, load);
    await load.store(isWhole ? run.startedAtSeconds : undefined);
  } catch (error) {
    await load.storePartial();
    throw error;
  }
}

/** A second scroll that is busy proves nothing: this run then adds no tombstones. */
async function addTombstonesForGone(run: Run, load: RecordLoad): Promise<void> {
  const readAgain = async (): Promise<number> => {
    if (!(await scrollAll(run, load))) throw new SecondScrollBusyError();
    return run.serverSeconds();
  };
  try {
    await addTombstonesForMissing(run, load, run.startedAtSeconds, {
      stream,
      readAgain,
      isCheap: false,
    });
  } catch (error) {
    if (!(error instanceof SecondScrollBusyError)) throw error;
    run.issues.note(
      `${stream}: the scroll came back much shorter and could not be repeated. No company counts as deleted.`,
    );
  }
}

class SecondScrollBusyError extends Error {}

/** Reads the list instead of the scroll: it adds and changes companies, and deletes none. */
async function addListed(run: Run, load: RecordLoad): Promise<void> {
  run.effects.log("company_scroll_given_up", { instead: "list" });
  await addAllIfChanged(load, async (place) => {
    const page = await run.routes.listCompanies(place);
    if (page.isCutOff)
      run.issues.note(
        `${stream}: another app kept the scroll busy, and Intercom's list ends at ${listedCompaniesMax}. The next run fetches the rest.`,
      );
    return page;
  });
}

/** Reads a whole scroll; a scroll that breaks off starts again, once the broken one has ended. @returns false when it stayed busy */
async function scrollAll(run: Run, load: RecordLoad): Promise<boolean> {
  let busySinceMs: number | undefined;
  for (let scrolls = 1; ; ) {
    try {
      await addAllIfChanged(load, (place) => run.routes.scrollCompanies(place), true);
      return true;
    } catch (error) {
      if (isBusy(error)) {
        busySinceMs ??= run.effects.now();
        if (run.effects.now() - busySinceMs > scrollBusyMsMax) return false;
        run.effects.log("company_scroll_busy", { delay_ms: scrollBusyDelayMs });
        await run.effects.sleep(scrollBusyDelayMs, run.signal);
      } else if (error instanceof RestartListingError) {
        if (scrolls >= scrollsMax) throw error.cause ?? error;
        scrolls += 1;
        busySinceMs = undefined;
        run.effects.log("company_scroll_restarted", { scrolls });
      } else {
        throw error;
      }
    }
  }
}

/** Adds every company of a listing. Errors: RestartListingError when a scroll ended too early. */
async function addAllIfChanged(load: RecordLoad, fetchPage: FetchPage<UnknownPage>, isScroll = false): Promise<void> {
  let seen = 0;
  let total = 0;
  let isEmpty = false;
  for await (const page of walkPages(fetchPage, idOf, { isScroll })) {
    for (const company of page.items) await load.addIfChanged(company, page.requestedAtSeconds);
    seen += page.items.length;
    total = Math.max(total, page.total ?? 0);
    isEmpty = page.items.length === 0;
  }
  // A scroll ends with an empty page. Its count may be a little off, but not by a tenth.
  const isWhole = seen >= total || (isEmpty && seen >= wholeShareMin * total);
  if (isScroll && !isWhole) throw new RestartListingError(`a scroll ended after ${seen} of ${total} companies`);
}

function isBusy(error: unknown): boolean {
  return error instanceof RequestError && error.code === "scroll_exists";
}
