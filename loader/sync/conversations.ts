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

/** While the next window is searched for, so many conversations wait to be asked for: Intercom is never kept waiting. */
const conversationsQueuedMax = 600;

/** For so long a conversation that was not found, or rejected, is asked for again. */
const recheckSeconds = 2 * 86_400;

/** A load is stored after this long however few conversations it has: a rate limit may leave it small for minutes. */
const loadMsMax = 30_000;

/**
 * Brings every conversation that changed since the last run, with its thread, one request each.
 *
 * The range to cover is cut into the gaps that no earlier run covered; each gap into windows (windows.ts); threads of
 * the windows are retrieved in parallel, written to a load, and loads are stored as they fill up, so that a run that
 * ends early keeps them. A conversation that is stored as new as the search says is not asked for again.
 */
export async function syncConversations(run: Run, conditions: readonly SearchQuery[]): Promise<void> {
  const isFiltered = conditions.length > 0;
  const coverage = await run.warehouse.coverage(run.workspaceId);
  const from = run.options.since ?? coverage.rangeFrom ?? 0;
  const to = Math.min(run.options.until ?? run.startedAtSeconds, run.startedAtSeconds);
  if (run.options.since !== undefined && run.options.since > to) {
    throw new ConfigError("--since is in the future: leave it out, or set it to when the back-fill is to begin.");
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
  // Last: what has failed before must not keep the run from what is new.
  for (const id of failed) toRecheck.delete(id);
  if (toRecheck.size > 0) await recheck(run, toRecheck);
}

/** Conversations that earlier runs could not have: they are asked for again by each run of some days. */
function conversationsToRecheck(run: Run): Promise<Map<string, RecheckReason>> {
  const since = run.startedAtSeconds - recheckSeconds;
  return run.warehouse.recordsToRecheck(run.workspaceId, "conversations", since);
}

/**
 * Asks again for conversations that answered 404 or failed: they may be there after all, and nothing else would bring them
 * back before they change.
 */
async function recheck(run: Run, toRecheck: ReadonlyMap<string, RecheckReason>): Promise<void> {
  const references = [...toRecheck].map(([id, recheckReason]) => ({ id, updatedAt: undefined, recheckReason }));
  const found = { references, isWhole: true, unseen: 0, range: undefined, isLastPiece: false };
  await retrieveAll(run, [found], { known: new Map(), failed: new Set(), rangeFrom: undefined });
}

type Retrieval = {
  readonly known: StoredConversations;
  /** Takes the ids of conversations that could not be had. */
  readonly failed: Set<string>;
  /** Start of the run's range; undefined when its loads cover nothing. */
  readonly rangeFrom: number | undefined;
};

/** Retrieves the threads of what is found and stores them. */
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
      // The last piece speaks for the pieces before it: they must be stored, and none may be in doubt.
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
    // However the run ends, what has been retrieved is stored; without a window that is not whole.
    await storing.settled();
    await load?.store();
  }
  // A thread that could not be had has ended the run, and what was under way with it.
  run.signal.throwIfAborted();
}

/** Stored as new as the search says. */
function isCurrent({ id, updatedAt }: ConversationReference, known: StoredConversations): boolean {
  if (id === undefined || updatedAt === undefined) return false;
  return (known.get(id) ?? -1) >= updatedAt;
}
