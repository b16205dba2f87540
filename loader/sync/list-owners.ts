import { ConfigError } from "../errors.ts";
import type { ListsOfStream } from "../extract/streams.ts";
import type { RawTableName } from "../load/raw-tables.ts";
import type { Run } from "./run.ts";

/** Intercom's servers do not agree on the second: conversations that were fetched so shortly before the cursor come again. */
const overlapSeconds = 60;
/** A list that failed is requested again for this long. */
const recheckSeconds = 2 * 86_400;

/** What a run's lists cover of the conversations. */
type CoveredOwners = {
  /** Start of the range of `updated_at`, epoch seconds. */
  readonly rangeFrom: number;
  /** The lists of every conversation in the range that was fetched until then are read; undefined where some are not. */
  readonly fetchedTo: number | undefined;
};

/** The records to read lists of. */
export type Owners = {
  readonly ids: readonly string[];
  /** Records whose lists failed in the last days. */
  readonly failed: ReadonlySet<string>;
  /** Of conversations; undefined where each run reads every list. */
  readonly covers: CoveredOwners | undefined;
};

/**
 * Finds the records to read lists of. Of contacts and companies, all of them; with `--since`, those that changed since then.
 *
 * Of conversations, those that were fetched since the stream's cursor, which is a time of fetching too: a conversation may be
 * stored long after it changed, as one that Intercom hid, or that a back-fill brought. The range of `updated_at` begins where
 * the first run began. With `--since`, every stored conversation that changed since then is read. A run that leaves out a part
 * of the range does not move the cursor.
 * Errors: ConfigError for a start in the future.
 */
export async function ownersOf(run: Run, name: RawTableName, { owner }: ListsOfStream): Promise<Owners> {
  const { warehouse, workspaceId, options } = run;
  // Before any question: what is stored later is fetched later.
  const askedAtSeconds = run.serverSeconds();
  if ((options.since ?? 0) > askedAtSeconds)
    throw new ConfigError("--since is in the future: leave the flag out, or give the time at which the range starts.");
  if (owner !== "conversations") {
    const live = await warehouse.liveRecords(workspaceId, owner, options.since);
    return { ids: [...live.keys()], failed: new Set(), covers: undefined };
  }
  const coverage = await warehouse.coverage(workspaceId, name);
  const updatedFrom = options.since ?? coverage.rangeFrom ?? 0;
  const ends = coverage.settled.filter(({ from }) => from <= updatedFrom).map(({ to }) => to);
  const cursor = options.since === undefined ? Math.max(0, ...ends) : 0;
  const fetched = await warehouse.fetchedConversations(workspaceId, {
    fetchedFrom: Math.max(0, cursor - overlapSeconds),
    updatedFrom,
    updatedTo: options.until,
    unreadIn: options.since === undefined ? name : undefined,
  });
  const failed = options.until === undefined ? await failedOwners(run, name) : new Set<string>();
  const deleted = await warehouse.listedAsDeleted(workspaceId);
  const isWholeRange =
    updatedFrom <= (coverage.rangeFrom ?? updatedFrom) &&
    (options.until === undefined || options.until >= askedAtSeconds);
  return {
    ids: [...new Set([...fetched, ...failed])].filter((id) => !deleted.has(id)),
    failed,
    covers: { rangeFrom: updatedFrom, fetchedTo: isWholeRange ? Math.max(cursor, askedAtSeconds) : undefined },
  };
}

/** Conversations whose list, or an entry of it, was rejected in the last days. */
async function failedOwners(run: Run, name: RawTableName): Promise<ReadonlySet<string>> {
  const since = run.startedAtSeconds - recheckSeconds;
  const rejected = await run.warehouse.recordsToRecheck(run.workspaceId, name, since);
  return new Set([...rejected.keys()].map((id) => id.split("/", 1)[0] ?? id));
}

/** Whether the warehouse has no record at all that such lists could belong to. */
export async function isOwnerless(run: Run, { owner }: ListsOfStream): Promise<boolean> {
  const { warehouse, workspaceId } = run;
  const stored =
    owner === "conversations"
      ? await warehouse.countConversations(workspaceId)
      : await warehouse.countLive(workspaceId, owner);
  return stored === 0;
}
