import { RequestError, RestartListingError, UnavailableError } from "./errors.ts";
import type { UnknownPage } from "./extract/routes.ts";
import { RecordLoad } from "./record-load.ts";
import type { Run } from "./run.ts";

/** A scroll breaks off now and then and can't be resumed. */
const scrollsMax = 4;
/** An app has one scroll at a time; one that nobody uses ends after a minute. */
const scrollBusyMsMax = 90_000;
const scrollBusyDelayMs = 15_000;
const pagesMax = 100_000;

/**
 * Companies, all of them by a scroll: the list ends at 10,000 and leaves out those without users. What changed is
 * stored, and a tombstone for what is gone. While another app of the workspace keeps the scroll busy the list has to
 * do, which is no proof of what is gone.
 */
export async function syncCompanies(run: Run): Promise<void> {
  const load = new RecordLoad(run, "companies", await run.warehouse.liveRecords(run.workspaceId, "companies"));
  try {
    const isWhole = await scrollAll(run, load);
    if (isWhole) {
      for (const id of load.missing()) load.bury("company", id, run.startedAtSeconds);
    } else {
      run.effects.log("company_scroll_given_up", { instead: "list" });
      await offerAll(load, (cursor) => run.routes.listCompanies(Number(cursor ?? 1)));
    }
    await load.store(isWhole ? run.startedAtSeconds : undefined);
  } catch (error) {
    await load.rescue();
    throw error;
  }
}

/** False when the scroll was busy all the time. One that breaks off is begun anew, which takes the minute until it ends. */
async function scrollAll(run: Run, load: RecordLoad): Promise<boolean> {
  let busySinceMs: number | undefined;
  for (let scrolls = 1; ; ) {
    try {
      await offerAll(load, (cursor) => run.routes.scrollCompanies(cursor));
      return true;
    } catch (error) {
      if (isBusy(error)) {
        busySinceMs ??= run.effects.now();
        if (run.effects.now() - busySinceMs > scrollBusyMsMax) return false;
        run.effects.log("company_scroll_busy", { delay_ms: scrollBusyDelayMs });
        await run.effects.sleep(scrollBusyDelayMs, run.signal);
      } else if (error instanceof RestartListingError) {
        if (scrolls >= scrollsMax) throw error.cause;
        scrolls += 1;
        busySinceMs = undefined;
        run.effects.log("company_scroll_restarted", { scrolls });
      } else {
        throw error;
      }
    }
  }
}

async function offerAll(
  load: RecordLoad,
  fetchPage: (cursor: string | undefined) => Promise<UnknownPage>,
): Promise<void> {
  let cursor: string | undefined;
  // A scroll keeps one parameter to its end, so a cursor that comes again is no error here; an empty page is the end.
  for (let page = 1; page <= pagesMax; page += 1) {
    const answer = await fetchPage(cursor);
    for (const company of answer.items) await load.offer(company, answer.askedAtSeconds);
    if (answer.next === undefined || answer.items.length === 0) return;
    cursor = answer.next;
  }
  throw new UnavailableError(`The list of companies has no end (${pagesMax} pages). Run again later.`);
}

function isBusy(error: unknown): boolean {
  return error instanceof RequestError && error.code === "scroll_exists";
}
