import { ConfigError } from "../../errors.ts";
import type { Quality, Reference } from "../../extract/references.ts";
import type { SearchQuery } from "../../extract/routes.ts";
import { uncovered } from "../../extract/seconds-range.ts";
import type { Found } from "../../extract/windows.ts";
import type { Coverage, RecheckReason, StoredThreads } from "../../load/warehouse.ts";
import type { Run } from "../run.ts";
import { WorkQueue } from "../work-queue.ts";
import { searchWindows } from "./found.ts";
import { LoadQueue } from "./load-queue.ts";
import { PurgedThreads } from "./purged.ts";
import { takeThread } from "./retrieval.ts";
import type { ThreadStream } from "./stream.ts";
import { ThreadLoad } from "./thread-load.ts";

/** Threads that wait to be requested while the next window is searched: the rate budget is never idle. */
const queuedMax = 600;

/** A thread that answered 404 or was rejected is requested again for this long. */
const recheckSeconds = 2 * 86_400;

/** A load is stored after this long, however small: a rate limit may keep it small for minutes. */
const loadMsMax = 30_000;

/**
 * Syncs every conversation or ticket that changed since the last run, with its thread.
 *
 * The range consists of gaps that no earlier run covered, and each gap of windows (windows.ts). The threads of the windows
 * are taken from the search where it has them whole, and else retrieved in parallel, by one request each. Loads are stored
 * as they fill up, so that a run that ends early keeps them. A thread that is already stored with the search's `updated_at`
 * is not requested.
 * @param coverage what earlier runs have covered of the stream
 * @param conditions limit the search: such a run covers nothing
 */
export async function syncChanges(
  run: Run,
  stream: ThreadStream,
  coverage: Coverage,
  conditions: readonly SearchQuery[] = [],
): Promise<void> {
  const isFiltered = conditions.length > 0;
  const from = run.options.since ?? coverage.rangeFrom ?? 0;
  const to = Math.min(run.options.until ?? run.startedAtSeconds, run.startedAtSeconds);
  if (run.options.since !== undefined && run.options.since > to) {
    throw new ConfigError(
      "--since is in the future: leave the flag out, or give the time at which the back-fill starts.",
    );
  }
  if (from > to) return;
  const list = run.options.isList ? stream.list : undefined;
  const ignoresCoverage = isFiltered || list !== undefined || run.options.searchesAgain;
  const gaps = ignoresCoverage ? [{ from, to }] : uncovered({ from, to }, coverage.settled);
  const toRecheck = isWholeRun(run, isFiltered) ? await threadsToRecheck(run, stream) : new Map();
  const failed = new Set<string>();
  for (const gap of gaps) {
    const known = await run.warehouse.storedThreads(run.workspaceId, stream.name, gap);
    const purged = await PurgedThreads.read(run, stream, gap.from);
    const found = list === undefined ? searchWindows(run, stream, gap, conditions) : list(run, gap);
    await takeAll(run, stream, found, { known, purged, failed, rangeFrom: isFiltered ? undefined : from });
  }
  // Last: threads that failed before must not delay new ones.
  for (const id of failed) toRecheck.delete(id);
  if (toRecheck.size > 0) await recheck(run, stream, toRecheck);
}

/** Whether the run reads everything that changed, up to now. */
function isWholeRun(run: Run, isFiltered: boolean): boolean {
  return !isFiltered && run.options.until === undefined;
}

/** Threads that answered 404 or were rejected in the last days: each run requests them again. */
function threadsToRecheck(run: Run, stream: ThreadStream): Promise<Map<string, RecheckReason>> {
  return run.warehouse.recordsToRecheck(run.workspaceId, stream.name, run.startedAtSeconds - recheckSeconds);
}

/**
 * Threads that answered 404 or failed validation are requested again: they may exist after all, and no search finds them
 * before they change.
 */
async function recheck(run: Run, stream: ThreadStream, toRecheck: ReadonlyMap<string, RecheckReason>): Promise<void> {
  const quality = (await stream.qualityOf?.(run, [...toRecheck.keys()])) ?? new Map<string, Quality>();
  const references = [...toRecheck].map(([id, recheckReason]) => {
    const found = quality.get(id);
    return { id, updatedAt: undefined, recheckReason, ...(found === undefined ? {} : { quality: found }) };
  });
  const found: Found = { references, isWhole: true, unseen: 0, range: undefined, isLastPiece: false };
  await takeAll(run, stream, [found], { known: new Map(), purged: undefined, failed: new Set(), rangeFrom: undefined });
}

type Taking = {
  readonly known: StoredThreads;
  /** What purges have removed; undefined where nobody knows when the records changed. */
  readonly purged: PurgedThreads | undefined;
  /** Gets the ids of threads that could not be retrieved. */
  readonly failed: Set<string>;
  /** Start of the run's range; undefined when its loads cover nothing. */
  readonly rangeFrom: number | undefined;
};

/** Takes or retrieves the threads of found records, and stores them. */
async function takeAll(
  run: Run,
  stream: ThreadStream,
  found: AsyncIterable<Found> | readonly Found[],
  { known, purged, failed, rangeFrom }: Taking,
): Promise<void> {
  const queue = new WorkQueue<Reference>(run.options.concurrency, run.fail);
  let load: ThreadLoad | undefined;
  const storing = new LoadQueue(run);
  let isInPieces = false;
  try {
    for await (const window of found) {
      const isPiece = window.range === undefined;
      if (isPiece && !isInPieces) storing.forgetUncovered();
      isInPieces = isPiece;
      // The last piece's range covers the pieces before too: they must be stored, and all covered.
      const areCovered = !window.isLastPiece || (await storing.all());
      const current: ThreadLoad = load ?? new ThreadLoad(run, stream, rangeFrom);
      load = current;
      const references = window.references.filter(
        (reference) => !isCurrent(reference, known) && purged?.has(reference) !== true,
      );
      run.progress.skipped(stream.name, window.references.length - references.length);
      const work = queue.add(references, async (reference) => {
        if (!(await takeThread(run, stream, reference, current)) && reference.id !== undefined)
          failed.add(reference.id);
        run.progress.done(stream.name);
      });
      work.catch(run.fail);
      const isWhole = window.isWhole && areCovered;
      current.addWindow({ ...window, isWhole, references: references.map(({ id }) => id), work });
      run.issues.addUnseen(stream.name, window.unseen);
      await queue.untilWaiting(queuedMax);
      const isLong = run.effects.now() - current.beganAtMs >= loadMsMax;
      if (current.threads >= run.warehouse.threadsPerLoad || isLong) {
        load = undefined;
        await storing.add(current);
      }
    }
    await storing.all();
  } finally {
    // However the run ends, what was retrieved is stored; unfinished windows do not count as covered.
    await storing.settled();
    await load?.store();
  }
  // A thread may have ended the run, and the open requests with it.
  run.signal.throwIfAborted();
}

/**
 * Whether the thread is stored with the search's `updated_at`, or a newer one, and with what QA found. Intercom does not say
 * whether an evaluation moves `updated_at`, and a thread that was retrieved without the search lacks its findings.
 */
function isCurrent({ id, updatedAt, quality }: Reference, known: StoredThreads): boolean {
  const stored = id === undefined ? undefined : known.get(id);
  if (stored === undefined || updatedAt === undefined || stored.updatedAt < updatedAt) return false;
  if (quality === undefined) return true;
  const { count, fetchedAt } = stored.quality ?? { count: 0, fetchedAt: Infinity };
  return quality.count === count && (quality.evaluatedAt ?? 0) < fetchedAt;
}
