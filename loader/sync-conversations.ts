import { ConversationLoad } from "./conversation-load.ts";
import { ConfigError, NotFoundError } from "./errors.ts";
import { type Page, readListing } from "./extract/pages.ts";
import type { SearchQuery } from "./extract/routes.ts";
import { conversationReferenceSchema, idOf } from "./extract/schemas.ts";
import {
  type ConversationReference,
  type FoundWindow,
  findConversations,
  type SecondsRange,
  uncovered,
} from "./extract/windows.ts";
import type { StoredConversations } from "./load/warehouse.ts";
import type { Run } from "./run.ts";
import { WorkQueue } from "./work-queue.ts";

/** Between an answer that can't be right and the second question. */
const againDelayMs = 1000;

/** While the next window is searched for, these have threads to ask for: enough that Intercom is never kept waiting. */
const windowsInHand = 4;

/** Loads that may be on disk, or nearly, while an earlier one is being stored. */
const loadsWaiting = 2;

/** For so long a conversation that was not found, or rejected, is asked for again. */
const doubtSeconds = 2 * 86_400;

/** A load is stored after this long however few conversations it has: a rate limit may leave it small for minutes. */
const loadMsMax = 30_000;

/** What goes through one window's worth of hands: a search window, a piece of a crowded one, or a page of the list. */
type Found = Pick<FoundWindow, "references" | "isWhole"> & {
  /** What is covered once this is stored; undefined for a piece that others follow. */
  readonly range: SecondsRange | undefined;
  /** The range speaks for the pieces before this one too: they must be stored first. */
  readonly isLastPiece: boolean;
};

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
  if (!isFiltered && run.options.until === undefined) await lookAgain(run);
  for (const gap of gaps) {
    const known = await run.warehouse.storedConversations(run.workspaceId, gap);
    const found = run.options.isList ? listed(run, gap) : searched(run, gap, conditions);
    await retrieveAll(run, found, known, isFiltered ? undefined : from);
  }
}

/**
 * A conversation that was not found and that Intercom does not list as deleted may be there after all, and one whose answer
 * was none may be answered for, and then nothing would bring them back before they change. So for some days each run asks
 * for them again.
 */
async function lookAgain(run: Run): Promise<void> {
  const ids = await run.warehouse.doubtedConversations(run.workspaceId, run.startedAtSeconds - doubtSeconds);
  if (ids.size === 0) return;
  const references = [...ids].map((id) => ({ id, updatedAt: undefined }));
  await retrieveAll(run, [{ references, isWhole: true, range: undefined, isLastPiece: false }], new Map(), undefined);
}

/** Retrieves the threads of what is found and stores them. @param rangeFrom start of the run's range; undefined when its loads cover nothing */
async function retrieveAll(
  run: Run,
  found: AsyncIterable<Found> | readonly Found[],
  known: StoredConversations,
  rangeFrom: number | undefined,
): Promise<void> {
  const queue = new WorkQueue<ConversationReference>(run.options.concurrency, run.fail);
  let load: ConversationLoad | undefined;
  /** The windows' work, oldest first. */
  const inHand: Promise<unknown>[] = [];
  /** Loads that are full, oldest first. */
  const storing: Promise<void>[] = [];
  try {
    for await (const window of found) {
      if (window.isLastPiece) await Promise.all([...inHand, ...storing]);
      const current: ConversationLoad = load ?? new ConversationLoad(run, rangeFrom);
      load = current;
      const changed = window.references.filter((reference) => !isCurrent(reference, known));
      run.progress.skipped("conversations", window.references.length - changed.length);
      const work = queue.add(changed, (reference) => retrieve(run, reference, current));
      work.catch(run.fail);
      current.addWindow(window.range, window.isWhole, changed.length, work);
      inHand.push(work);
      if (inHand.length >= windowsInHand) await inHand.shift();
      const isLong = run.effects.now() - current.beganAtMs >= loadMsMax;
      if (current.conversations >= run.warehouse.conversationsPerLoad || isLong) {
        const stored = current.store();
        stored.catch(run.fail);
        storing.push(stored);
        load = undefined;
        if (storing.length > loadsWaiting) await storing.shift();
      }
    }
    await Promise.all([...inHand, ...storing]);
  } finally {
    // However the run ends, what has been retrieved is stored; without a window that is not whole.
    await Promise.allSettled(storing);
    await load?.store();
  }
}

/** Stored as new as the search says. */
function isCurrent({ id, updatedAt }: ConversationReference, known: StoredConversations): boolean {
  if (id === undefined || updatedAt === undefined) return false;
  return (known.get(id) ?? -1) >= updatedAt;
}

async function retrieve(run: Run, { id, record }: ConversationReference, load: ConversationLoad): Promise<void> {
  if (id === undefined) {
    const reason = "id: missing in a list of conversations";
    load.reject({ stream: "conversations", id, reason, record }, run.startedAtSeconds);
  } else {
    await retrieveThread(run, id, load);
  }
  run.progress.done("conversations");
}

/**
 * A conversation that has just been found, and is not there or is none, is asked for once more: nobody would look for it
 * again before it changes.
 */
async function retrieveThread(run: Run, id: string, load: ConversationLoad): Promise<void> {
  if (await isRetrieved(run, id, load)) return;
  run.effects.log("conversation_asked_again", { id, delay_ms: againDelayMs });
  await run.effects.sleep(againDelayMs, run.signal);
  try {
    await run.routes.thread(id, (rows, askedAtSeconds) => load.addThread(id, rows, askedAtSeconds));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // Deleted between the search and now: recorded, so that the models let go of it.
    load.addDeletion(id, error.askedAtSeconds);
    run.effects.log("conversation_not_found", { id });
  }
}

/** Whether the thread was there, and is in the load now. */
async function isRetrieved(run: Run, id: string, load: ConversationLoad): Promise<boolean> {
  let isConversation = false;
  try {
    await run.routes.thread(id, (rows, askedAtSeconds) => {
      isConversation = rows.conversation !== undefined;
      if (isConversation) load.addThread(id, rows, askedAtSeconds);
    });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  return isConversation;
}

async function* searched(run: Run, gap: SecondsRange, conditions: readonly SearchQuery[]): AsyncGenerator<Found> {
  const search = async (window: SecondsRange, cursor: string | undefined): Promise<Page<ConversationReference>> => {
    // `>` and `<` are documented as "or equal", and may be strict: a second more on either side serves both.
    const query: SearchQuery = {
      operator: "AND",
      value: [
        { field: "updated_at", operator: ">", value: window.from - 1 },
        { field: "updated_at", operator: "<", value: window.to + 1 },
        ...conditions,
      ],
    };
    const page = await run.routes.searchConversations(query, cursor);
    if (window.from === gap.from && window.to === gap.to) run.progress.expect("conversations", page.total ?? 0);
    return { items: page.items.map(referenceOf), total: page.total, next: page.next };
  };
  for await (const window of findConversations(gap, search)) {
    yield* piecesOf(window, run.warehouse.conversationsPerLoad);
  }
}

/** A crowded second has thousands of conversations after a bulk action: too many for one load. */
function* piecesOf(window: FoundWindow, size: number): Generator<Found> {
  const { from, to, references, isWhole } = window;
  const isCut = references.length > size;
  let start = 0;
  for (; references.length - start > size; start += size) {
    const piece = references.slice(start, start + size);
    yield { range: undefined, references: piece, isWhole: true, isLastPiece: false };
  }
  yield { range: { from, to }, references: references.slice(start), isWhole, isLastPiece: isCut };
}

/** GET /conversations, page by page; the range counts as covered once a pass was whole. */
async function* listed(run: Run, range: SecondsRange): AsyncGenerator<Found> {
  let isExpected = false;
  const fetchPage = async (cursor: string | undefined): Promise<Page<ConversationReference>> => {
    const page = await run.routes.listConversations(cursor);
    if (!isExpected) run.progress.expect("conversations", page.total ?? 0);
    isExpected = true;
    return { items: page.items.map(referenceOf), total: page.total, next: page.next };
  };
  for await (const { items, end } of readListing(fetchPage, (item) => item.id)) {
    const references = items.filter(
      ({ updatedAt }) => updatedAt === undefined || (updatedAt >= range.from && updatedAt <= range.to),
    );
    const isLastPiece = end !== undefined;
    yield { range: isLastPiece ? range : undefined, references, isWhole: end?.isWhole ?? true, isLastPiece };
  }
}

function referenceOf(record: unknown): ConversationReference {
  const parsed = conversationReferenceSchema.safeParse(record);
  const id = parsed.success ? parsed.data.id : idOf(record);
  const updatedAt = parsed.data?.updated_at ?? undefined;
  return id === undefined ? { id, updatedAt, record } : { id, updatedAt };
}
