import type { ArchiveStore } from "./archive/store.ts";
import type { FinishedLoad, LoadRecord } from "./open-load.ts";
import type { RawTableName } from "./raw-tables.ts";

/** Both ends inclusive, epoch seconds. */
export type CoveredRange = { readonly from: number; readonly to: number };

/**
 * What earlier runs have covered of a stream: a part of `updated_at`. Of lists that belong to conversations, a window begins at
 * an `updated_at`, and ends at the time until which conversations were fetched.
 */
export type Coverage = {
  /** Start of the earliest range that a run was asked to cover; undefined before the first run. */
  readonly rangeFrom: number | undefined;
  /** Windows that are loaded whole. Each ends before the time for which Intercom may still bring late updates. */
  readonly settled: readonly CoveredRange[];
};

/** Which conversations are meant, by their stored versions: epoch seconds, inclusive. */
export type FetchedConversations = {
  readonly fetchedFrom: number;
  readonly updatedFrom: number;
  readonly updatedTo: number | undefined;
  /** Leaves out what came with runs that have read this stream's lists whole: they read the lists of what they had fetched. */
  readonly unreadIn: RawTableName | undefined;
};

/** The streams of records with parts. */
export type ThreadTable = "conversations" | "tickets";

/** What a purge removes and a sync could bring back. */
export type PurgedRecord = "conversation" | "ticket";

/** What QA found of a stored conversation: how many findings, and when the search gave them (epoch seconds). */
type StoredQuality = { readonly count: number; readonly fetchedAt: number };

/** How new a stored thread is. */
export type StoredThread = {
  /** The newest `updated_at` up to which the thread is stored whole, epoch seconds. */
  readonly updatedAt: number;
  /** Undefined where no search has given findings, not even an empty list. */
  readonly quality?: StoredQuality;
};

/** Stored conversations or tickets, by id. */
export type StoredThreads = ReadonlyMap<string, StoredThread>;

/**
 * A thread that was retrieved in the very second of its update may lack later changes of that second.
 * @param findings how many findings are stored, and when the search gave them; null where it gave none
 */
export function storedThread(
  times: { readonly updatedAt: number; readonly fetchedAt: number },
  findings: { readonly count: unknown; readonly fetchedAt: unknown },
): StoredThread {
  const updatedAt = times.fetchedAt > times.updatedAt ? times.updatedAt : times.updatedAt - 1;
  if (findings.fetchedAt === null) return { updatedAt };
  return { updatedAt, quality: { count: Number(findings.count ?? 0), fetchedAt: Number(findings.fetchedAt) } };
}

/** Why a record is asked for again. */
export type RecheckReason = "not_found" | "rejected";

/** How up to date a stream of a workspace is. */
export type StreamStatus = {
  readonly workspaceId: string;
  readonly stream: string;
  readonly rows: number;
  readonly rejected: number;
  /** Epoch seconds; for conversations and tickets, the end of the windows that follow each other without a gap. */
  readonly cursor: number | undefined;
  readonly lastLoadedAt: number | undefined;
  /** Records that Intercom counts but does not show: the greatest number that one load has reported. */
  readonly unseen: number;
  /** What was stored of people and of what they write, of all loads: each combination of modes once. */
  readonly modes: readonly string[];
};

/** Called once, when all of a load is in the warehouse, with what the load brought to each stream. */
export type OnComplete = (records: readonly LoadRecord[]) => void;

/**
 * What the loader needs of any warehouse. Any number of callers may use it at once. Raw tables are append-only. A load's
 * rows and its rows in `_loads` become visible together, or not at all.
 * Errors: WarehouseError with the next step; ConfigError when another process holds the warehouse.
 */
export interface Warehouse {
  /** How many conversations or tickets a load should have. Engines differ: loads are cheap, or are rationed. */
  readonly threadsPerLoad: number;
  /**
   * Makes missing schemas, tables and columns. Afterwards no other run writes into the warehouse.
   * @param runId the run that holds the warehouse; without a run id an engine need not hold it
   * Errors: ConfigError when another run holds it.
   */
  prepare(runId?: string): Promise<void>;
  /** Of streams whose loads record the range that the run was asked to cover. */
  coverage(workspaceId: string, stream: RawTableName): Promise<Coverage>;
  /** Ids of conversations with a stored version that changed in the range, and that was fetched since then. */
  fetchedConversations(workspaceId: string, which: FetchedConversations): Promise<readonly string[]>;
  /** Stored conversations or tickets whose `updated_at` is in the range (epoch seconds, inclusive). */
  storedThreads(workspaceId: string, table: ThreadTable, range: CoveredRange): Promise<StoredThreads>;
  /**
   * What purges have removed: by the hash of each record (`recordHash`), its `updated_at` then, epoch seconds.
   * @param changedSince only records that had changed since then, epoch seconds
   */
  purgedRecords(workspaceId: string, record: PurgedRecord, changedSince: number): Promise<ReadonlyMap<string, number>>;
  /**
   * `created_at` (epoch seconds) of each ticket that Intercom still has, by id.
   * @param changedSince only tickets that changed since then, epoch seconds
   */
  liveTickets(workspaceId: string, changedSince: number): Promise<Map<string, number>>;
  /** The last second that the stream's finished loads cover. */
  streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined>;
  /**
   * Hash of the newest payload of each record that Intercom still has, by id. Where ids are unique only within the record that
   * they belong to, the key is that record's id, a slash and the id.
   * @param updatedSince only records that changed since then, epoch seconds
   */
  liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>>;
  /** What `liveRecords` gives for each of some tables, by table: BigQuery bills each query, so it answers all in one. */
  liveRecordsOf(
    workspaceId: string,
    tables: readonly RawTableName[],
  ): Promise<ReadonlyMap<RawTableName, ReadonlyMap<string, string>>>;
  /** How many live records the table has. */
  countLive(workspaceId: string, table: RawTableName): Promise<number>;
  /** How many conversations are stored that Intercom has not deleted, as far as is known. */
  countConversations(workspaceId: string): Promise<number>;
  /** Ids of conversations that Intercom lists as deleted and that nobody has retrieved since. */
  listedAsDeleted(workspaceId: string): Promise<Set<string>>;
  /**
   * Ids of records to ask for again, each with its reason. They were first rejected since then (epoch seconds) and not stored
   * afterwards. Conversations are asked for again also when their thread was first not found since then, unless Intercom
   * lists them as deleted.
   */
  recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>>;
  /** When the newest load of any workspace was written, epoch milliseconds, by the clock of whoever wrote it; undefined without loads. */
  newestLoadMs(): Promise<number | undefined>;
  /** How many records Intercom counts but does not show, by the stream's newest load. */
  unseenCount(workspaceId: string, stream: RawTableName): Promise<number>;
  /**
   * Takes a load over. The load counts when `onComplete` is called: maybe after this promise has resolved, but before the
   * promise of `close` has. Errors: WarehouseError; nothing of the load counts then.
   */
  commit(load: FinishedLoad, onComplete?: OnComplete): Promise<void>;
  status(): Promise<readonly StreamStatus[]>;
  /** What an archive reads and restores, once every committed load is complete. Errors: WarehouseError. */
  archiveStore(): Promise<ArchiveStore>;
  /** Completes all committed loads. Errors: WarehouseError when a load could not be completed. */
  close(): Promise<void>;
}
