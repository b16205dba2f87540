import { ConfigError } from "../errors.ts";
import type { ConversationReference } from "../extract/references.ts";
import type { SearchQuery } from "../extract/routes.ts";
import { uncovered } from "../extract/seconds-range.ts";
import type { RecheckReason, StoredConversations } from "../load/warehouse.ts";
import { ConversationLoad } from "./conversation-load.ts";
import { retrieveThread } from "./conversation-thread.ts";
import { type Found, listWindows, searchWindows } from "./conversation-windows.ts";
import { LoadQueue } from "./load-queue.ts";
import type { Run } from "./run.ts";
import { WorkQueue } from "./work-queue.ts";

/** Conversations that wait to be requested while the next window is searched: the rate budget is never idle. */
const conversationsQueuedMax = 600;

/** A conversation that answered 404 or was rejected is requested again for this long. */
const recheckSeconds = 2 * 86_400;

/** A load is stored after this long, however small: a rate limit may keep it small for minutes. */
const loadMsMax = 30_000;

/**
 * Syncs every conversation that changed since the last run, with its thread, by one request each.
 *
 * The range consists of gaps that no earlier run covered, and each gap of windows (windows.ts). The threads of the windows
 * are retrieved in parallel and written to a load. Loads are stored as they fill up, so that a run that ends early keeps
 * them. A conversation that is already stored with the search's `updated_at` is not requested.
 */
export async function syncConversations(run: Run, conditions: readonly SearchQuery[]): Promise<void> {
  const isFiltered = conditions.length > 0;
  const coverage = await run.warehouse.coverage(run.workspaceId);
  const from = run.options.since ?? coverage.rangeFrom ?? 0;
  const to = Math.min(run.options.until ?? run.startedAtSeconds, run.startedAtSeconds);
  if (run.options.since !== undefined && run.options.since > to) {
    throw new ConfigError(
      "--since is in the future: leave the flag out, or give the time at which the back-fill starts.",
    );
  }
  if (from > to) return;
  const gaps = isFiltered || run.options.isList ? [{ from, to }] : uncovered({ from, to }, coverage.settled);
  const isWholeRun = !isFiltered && run.options.until === undefined;
  const toRecheck = isWholeRun ? await conversationsToRecheck(run) : new Map();
  const failed = new Set<string>();
  for (const gap of gaps) {
    const known = await run.warehouse.storedConversations(run.workspaceId, gap);
    const found = run.options.isList ? listWindows(run, gap) : searchWindows(run, gap, conditions);
    await retrieveAll(run, found, { known, failed, rangeFrom: isFiltered ? undefined : from });
  }
  // Last: conversations that failed before must not delay new ones.
  for (const id of failed) toRecheck.delete(id);
  if (toRecheck.size > 0) await recheck(run, toRecheck);
}

/** Conversations that answered 404 or were rejected in the last days: each run requests them again. */
function conversationsToRecheck(run: Run): Promise<Map<string, RecheckReason>> {
  const since = run.startedAtSeconds - recheckSeconds;
  return run.warehouse.recordsToRecheck(run.workspaceId, "conversations", since);
}

/**
 * Conversations that answered 404 or failed validation are requested again: they may exist after all, and no search finds
 * them before they change.
 */
async function recheck(run: Run, toRecheck: ReadonlyMap<string, RecheckReason>): Promise<void> {
  const references = [...toRecheck].map(([id, recheckReason]) => ({ id, updatedAt: undefined, recheckReason }));
  const found = { references, isWhole: true, unseen: 0, range: undefined, isLastPiece: false };
  await retrieveAll(run, [found], { known: new Map(), failed: new Set(), rangeFrom: undefined });
}

type Retrieval = {
  readonly known: StoredConversations;
  /** Gets the ids of conversations that could not be retrieved. */
  readonly failed: Set<string>;
  /** Start of the run's range; undefined when its loads cover nothing. */
  readonly rangeFrom: number | undefined;
};

/** Retrieves the threads of found conversations and stores them. */
async function retrieveAll(
  run: Run,
  found: AsyncIterable<Found> | readonly Found[],
  { known, failed, rangeFrom }: Retrieval,
): Promise<void> {
  const queue = new WorkQueue<ConversationReference>(run.options.concurrency, run.fail);
  let load: ConversationLoad | undefined;
  const storing = new LoadQueue(run);
  let allCovered = true;
  try {
    for await (const window of found) {
      // The last piece's range covers the pieces before too: they must be stored, and all covered.
      if (window.isLastPiece) allCovered = await storing.all();
      const current: ConversationLoad = load ?? new ConversationLoad(run, rangeFrom);
      load = current;
      const references = window.references.filter((reference) => !isCurrent(reference, known));
      run.progress.skipped("conversations", window.references.length - references.length);
      const work = queue.add(references, async (reference) => {
        if (!(await retrieveThread(run, reference, current)) && reference.id !== undefined) failed.add(reference.id);
        run.progress.done("conversations");
      });
      work.catch(run.fail);
      const isWhole = window.isWhole && (allCovered || !window.isLastPiece);
      current.addWindow({ ...window, isWhole, references, work });
      run.issues.addUnseen("conversations", window.unseen);
      await queue.untilWaiting(conversationsQueuedMax);
      const isLong = run.effects.now() - current.beganAtMs >= loadMsMax;
      if (current.conversations >= run.warehouse.conversationsPerLoad || isLong) {
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

/** Whether the conversation is stored with the search's `updated_at`, or a newer one. */
function isCurrent({ id, updatedAt }: ConversationReference, known: StoredConversations): boolean {
  if (id === undefined || updatedAt === undefined) return false;
  return (known.get(id) ?? -1) >= updatedAt;
}
