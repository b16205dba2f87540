import type { FinishedLoad, LoadRecord } from "./open-load.ts";
import type { RawTableName } from "./raw-tables.ts";

/** Both ends inclusive, epoch seconds. */
export type CoveredRange = { readonly from: number; readonly to: number };

/** What earlier runs have already covered of the conversations' `updated_at`. */
export type Coverage = {
  /** Start of the earliest range that a run was asked to cover; undefined before the first. */
  readonly rangeFrom: number | undefined;
  /** Windows loaded whole, each cut where late updates might still have come. */
  readonly settled: readonly CoveredRange[];
};

/** Ids of conversations, each with the newest `updated_at` (epoch seconds) as of which it is known to be stored whole. */
export type StoredConversations = ReadonlyMap<string, number>;

/** What was read within the very second of its update may lack what else came in that second. */
export function storedAsOf(updatedAt: number, fetchedAt: number): number {
  return fetchedAt > updatedAt ? updatedAt : updatedAt - 1;
}

/** Why a record is asked for again. */
export type RecheckReason = "not_found" | "rejected";

/** How far a stream of a workspace has come. */
export type StreamStatus = {
  readonly workspaceId: string;
  readonly stream: string;
  readonly rows: number;
  readonly rejected: number;
  /** Epoch seconds; of conversations, the end of the unbroken run of windows. */
  readonly cursor: number | undefined;
  readonly lastLoadedAt: number | undefined;
  /** Records that Intercom counts beyond those that it shows: the most that one load has told of. */
  readonly unseen: number;
};

/** Told once, when all of a load is in the warehouse, what it brought to each stream. */
export type OnComplete = (records: readonly LoadRecord[]) => void;

/**
 * What the loader needs of any warehouse. Any number of callers may use it at once. Raw tables are append-only; a load's rows and its rows in `_loads` become
 * visible together, or not at all.
 * Errors: WarehouseError with the next step; ConfigError when another process holds the warehouse.
 */
export interface Warehouse {
  /** How many conversations a load should have: loads cost little here, or are rationed. */
  readonly conversationsPerLoad: number;
  /**
   * Creates what is missing: schemas, tables, columns. Afterwards no other run writes into the warehouse.
   * @param runId the run that the warehouse is held for; without it, it may not be held at all
   * Errors: ConfigError when another run holds it.
   */
  prepare(runId?: string): Promise<void>;
  coverage(workspaceId: string): Promise<Coverage>;
  /** Stored conversations whose `updated_at` is in the range (epoch seconds, inclusive). */
  storedConversations(workspaceId: string, range: CoveredRange): Promise<StoredConversations>;
  /** The last second that the stream's finished loads cover. */
  streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined>;
  /** Hash of the newest payload of each record that Intercom still has; of those changed since, if given (epoch seconds). */
  liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>>;
  /** How many live records the table has. */
  countLive(workspaceId: string, table: RawTableName): Promise<number>;
  /** Ids listed by Intercom as deleted, so far, and not seen alive since. */
  listedAsDeleted(workspaceId: string): Promise<Set<string>>;
  /**
   * Records of a stream that were first rejected since then (epoch seconds) and not stored after it; of conversations also
   * those whose thread was first not found since then, and that Intercom does not list as deleted. Each with its reason.
   */
  recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>>;
  /** How many records the stream's newest load says that Intercom counts beyond those that it shows. */
  unseenCount(workspaceId: string, stream: RawTableName): Promise<number>;
  /**
   * Takes a load over; it counts once `onComplete` is told. That may be after this has resolved, and before `close` has.
   * Errors: WarehouseError: nothing of the load counts.
   */
  commit(load: FinishedLoad, onComplete?: OnComplete): Promise<void>;
  status(): Promise<readonly StreamStatus[]>;
  /** Completes what was committed. Errors: WarehouseError when that failed. */
  close(): Promise<void>;
}
