import { ConversationLoad } from "./conversation-load.ts";
import { ConfigError, FailedRecordError, NotFoundError, UnavailableError } from "./errors.ts";
import { lists } from "./extract/lists.ts";
import type { Place } from "./extract/next-place.ts";
import { type Page, readListing } from "./extract/pages.ts";
import { hastyPatience, heavyAttemptsMax, recordPatience } from "./extract/retry.ts";
import type { SearchLimit, SearchQuery, UnknownPage } from "./extract/routes.ts";
import type { ThreadRows } from "./extract/rows.ts";
import { conversationReferenceSchema, idOf } from "./extract/schemas.ts";
import {
  type ConversationReference,
  type FoundWindow,
  findConversations,
  type SearchPage,
  type SecondsRange,
  uncovered,
} from "./extract/windows.ts";
import type { RecheckReason, StoredConversations } from "./load/warehouse.ts";
import type { Run } from "./run.ts";
import { WorkQueue } from "./work-queue.ts";

/** While the next window is searched for, so many conversations wait to be asked for: Intercom is never kept waiting. */
const conversationsInHand = 600;

/** Intercom shows no more parts of a thread, the newest. */
const partsShownMax = 500;

/** Loads that may be on disk, or nearly, while an earlier one is being stored. */
const loadsWaiting = 2;

/** For so long a conversation that was not found, or rejected, is asked for again. */
const doubtSeconds = 2 * 86_400;

/** A load is stored after this long however few conversations it has: a rate limit may leave it small for minutes. */
const loadMsMax = 30_000;

/** What goes through one window's worth of hands: a search window, a piece of a crowded one, or a page of the list. */
type Found = Pick<FoundWindow, "references" | "isWhole" | "unseen"> & {
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
  const isWholeRun = !isFiltered && run.options.until === undefined;
  const doubted = isWholeRun ? await doubtedConversations(run) : new Map();
  const failed = new Set<string>();
  for (const gap of gaps) {
    const known = await run.warehouse.storedConversations(run.workspaceId, gap);
    const found = run.options.isList ? listed(run, gap) : searched(run, gap, conditions);
    await retrieveAll(run, found, { known, failed, rangeFrom: isFiltered ? undefined : from });
  }
  // Last: what has failed before must not keep the run from what is new.
  for (const id of failed) doubted.delete(id);
  if (doubted.size > 0) await askAgain(run, doubted);
}

/** Conversations that earlier runs could not have: they are asked for again by each run of some days. */
function doubtedConversations(run: Run): Promise<Map<string, RecheckReason>> {
  const since = run.startedAtSeconds - doubtSeconds;
  return run.warehouse.recordsToRecheck(run.workspaceId, "conversations", since);
}

/**
 * Asks again for conversations that answered 404 or failed: they may be there after all, and nothing else would bring them
 * back before they change.
 */
async function askAgain(run: Run, doubted: ReadonlyMap<string, RecheckReason>): Promise<void> {
  const references = [...doubted].map(([id, doubt]) => ({ id, updatedAt: undefined, doubt }));
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
  const storing = new StoringLoads(run);
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
        if (!(await isRetrieved(run, reference, current)) && reference.id !== undefined) failed.add(reference.id);
        run.progress.done("conversations");
      });
      work.catch(run.fail);
      const isWhole = window.isWhole && (allCovered || !window.isLastPiece);
      current.addWindow({ ...window, isWhole, references, work });
      run.findings.addUnseen("conversations", window.unseen);
      await queue.untilWaiting(conversationsInHand);
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

/** Loads that are full and being stored, oldest first: at most `loadsWaiting` wait for an earlier one. */
class StoringLoads {
  readonly #run: Run;
  readonly #stores: Promise<boolean>[] = [];
  #allCovered = true;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Begins to store a load. Resolves when there is room for another one. Errors: WarehouseError of an earlier one. */
  async add(load: ConversationLoad): Promise<void> {
    const store = load.store();
    store.catch(this.#run.fail);
    this.#stores.push(store);
    while (this.#stores.length > loadsWaiting) await this.#first();
  }

  /** Waits for all of them. @returns whether every load so far covers its windows. Errors: WarehouseError. */
  async all(): Promise<boolean> {
    while (this.#stores.length > 0) await this.#first();
    return this.#allCovered;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#stores);
  }

  async #first(): Promise<void> {
    const isCovered = await this.#stores[0];
    this.#stores.shift();
    if (isCovered === false) this.#allCovered = false;
  }
}

/** Stored as new as the search says. */
function isCurrent({ id, updatedAt }: ConversationReference, known: StoredConversations): boolean {
  if (id === undefined || updatedAt === undefined) return false;
  return (known.get(id) ?? -1) >= updatedAt;
}

/**
 * Brings a thread, or writes down why there is none. One that can't be had is rejected under the id that was asked for.
 * @returns whether it is in the load
 */
async function isRetrieved(run: Run, reference: ConversationReference, load: ConversationLoad): Promise<boolean> {
  const { id, record, doubt } = reference;
  if (id === undefined) {
    const reason = "id: missing in a list of conversations";
    load.reject({ stream: "conversations", id, reason, record }, run.startedAtSeconds);
    return false;
  }
  // That it answered 404 need not be written down once more.
  const wasNotFound = doubt === "not_found";
  try {
    await run.health.askFor(`conversation ${id}`, askerForThread(run, id, load), {
      isMissingDoubted: !wasNotFound,
      isKnownToFail: doubt !== undefined,
      check: () => run.routes.thread(id, () => undefined),
    });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) {
      // Deleted between the search and now, as it seems.
      if (!wasNotFound) load.addNotFound({ id, askedAtSeconds: error.askedAtSeconds });
    } else if (error instanceof FailedRecordError) {
      load.reject({ stream: "conversations", id, reason: error.message, record: error.record }, run.serverSeconds());
    } else {
      throw error;
    }
    return false;
  }
}

/**
 * Asks for a thread and writes it into the load. One that shows less than half of its parts is asked for once more; if it
 * stays so, and when parts had to be rejected, the conversation is rejected beside what is stored, so that the next runs
 * ask again.
 * Errors: FailedRecordError when what came is not the conversation; those of `Routes.thread`.
 */
function askerForThread(run: Run, id: string, load: ConversationLoad): () => Promise<void> {
  let wasShort = false;
  return async () => {
    let failure: FailedRecordError | undefined;
    await run.routes.thread(id, (rows, askedAtSeconds) => {
      failure = failureOf(rows, id, wasShort);
      if (failure !== undefined) return;
      load.addThread(rows, askedAtSeconds);
      const reason = lackOf(rows);
      if (reason !== undefined) load.reject({ stream: "conversations", id, reason, record: undefined }, askedAtSeconds);
    });
    if (failure === undefined) return;
    wasShort = true;
    throw failure;
  };
}

/** Why an answer is not to be stored. */
function failureOf(rows: ThreadRows, id: string, wasShort: boolean): FailedRecordError | undefined {
  const [rejected] = rows.rejected;
  if (rows.conversation === undefined)
    return new FailedRecordError(rejected?.reason ?? "", { record: rejected?.record });
  if (rows.id !== id) return new FailedRecordError(`id: the answer is conversation ${rows.id}`);
  return isShort(rows) && !wasShort ? new FailedRecordError("conversation_parts: too few") : undefined;
}

/** What a conversation lacks although it is stored. */
function lackOf(rows: ThreadRows): string | undefined {
  if (rows.rejected.length > 0) return `conversation_parts: ${rows.rejected.length} rejected`;
  return isShort(rows) ? `conversation_parts: ${rows.parts.length} of ${rows.partsTotal} shown` : undefined;
}

/** A count may be a little off; a thread with less than half of its parts is no whole one. */
function isShort({ parts, rejected, partsTotal = 0 }: ThreadRows): boolean {
  return partsTotal > 1 && parts.length + rejected.length < Math.min(partsTotal, partsShownMax) / 2;
}

async function* searched(run: Run, gap: SecondsRange, conditions: readonly SearchQuery[]): AsyncGenerator<Found> {
  const search: SearchPage = async (window, place, isHasty) => {
    // `>` and `<` are documented as "or equal", and may be strict: a second more on either side serves both.
    const query: SearchQuery = {
      operator: "AND",
      value: [
        { field: "updated_at", operator: ">", value: window.from - 1 },
        { field: "updated_at", operator: "<", value: window.to + 1 },
        ...conditions,
      ],
    };
    const page = await run.routes
      .searchConversations(query, place, searchLimit(window, isHasty))
      .catch(async (error: unknown) => {
        if (error instanceof UnavailableError) await run.health.confirmUp(error);
        throw error;
      });
    if (window.from === gap.from && window.to === gap.to) run.progress.expect("conversations", page.total ?? 0);
    return withReferences(page);
  };
  for await (const window of findConversations(gap, search)) {
    if (window.failure !== undefined) run.findings.streamFailed(window.failure);
    else if (!window.isWhole)
      run.findings.note(
        "conversations: some changed while they were searched for. The next run searches for them again.",
      );
    yield* piecesOf(window, run.warehouse.conversationsPerLoad);
  }
}

function searchLimit({ from, to }: SecondsRange, isHasty: boolean): SearchLimit {
  const isDivisible = to > from;
  if (isHasty) return { patience: isDivisible ? hastyPatience : recordPatience };
  return isDivisible ? { heavyAttemptsMax } : {};
}

/** A crowded second has thousands of conversations after a bulk action: too many for one load. */
function* piecesOf(window: FoundWindow, size: number): Generator<Found> {
  const { from, to, references, isWhole, unseen } = window;
  const isCut = references.length > size;
  let start = 0;
  for (; references.length - start > size; start += size) {
    const piece = references.slice(start, start + size);
    yield { range: undefined, references: piece, isWhole: true, unseen: 0, isLastPiece: false };
  }
  yield { range: { from, to }, references: references.slice(start), isWhole, unseen, isLastPiece: isCut };
}

/** GET /conversations, page by page; the range counts as covered once a pass was whole. */
async function* listed(run: Run, range: SecondsRange): AsyncGenerator<Found> {
  let isExpected = false;
  const fetchPage = async (place: Place): Promise<Page<ConversationReference>> => {
    const page = await run.routes.list(lists.conversations, place);
    if (!isExpected) run.progress.expect("conversations", page.total ?? 0);
    isExpected = true;
    return withReferences(page);
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

function withReferences({ items, total, next }: UnknownPage): Page<ConversationReference> {
  return { items: items.map(referenceOf), total, next };
}

function referenceOf(record: unknown): ConversationReference {
  const parsed = conversationReferenceSchema.safeParse(record);
  const id = parsed.success ? parsed.data.id : idOf(record);
  const updatedAt = parsed.data?.updated_at ?? undefined;
  return id === undefined ? { id, updatedAt, record } : { id, updatedAt };
}
