import type { Place } from "../../extract/next-place.ts";
import type { Quality, Reference } from "../../extract/references.ts";
import type { Routes, SearchLimit, SearchQuery, UnknownPage } from "../../extract/routes.ts";
import type { Row, ThreadRows, ThreadStreamName } from "../../extract/rows.ts";
import type { SecondsRange } from "../../extract/seconds-range.ts";
import type { Found } from "../../extract/windows.ts";
import type { RawTableName } from "../../load/raw-tables.ts";
import type { Run } from "../run.ts";
import type { TakenThreads } from "./taken.ts";

/** Uses a thread's rows at once: the next response overwrites their bytes. */
type UseRows = (rows: ThreadRows, requestedAtSeconds: number) => void;

/** A thread that answered 404. */
export type NotFound = { readonly id: string; readonly requestedAtSeconds: number };

/**
 * A stream of threads: records with parts, which a search finds by `updated_at`. What differs between conversations and
 * tickets is here; windows, retrieval, loads and coverage are the same for both.
 */
export type ThreadStream = {
  readonly name: ThreadStreamName;
  /** What messages call one record. */
  readonly noun: "conversation" | "ticket";
  readonly searchPath: string;
  /** Pages of a window: many where a page brings whole threads, one where each thread is a request of its own. */
  readonly pagesPerWindow: number;
  /** A page of the search. @param perPage few where only the count is wanted */
  readonly search: (
    routes: Routes,
    query: SearchQuery,
    place: Place,
    limit: SearchLimit,
    perPage?: number,
  ) => Promise<UnknownPage>;
  /** A record of the search, or of a list → its reference. */
  readonly referenceOf: (record: unknown, requestedAtSeconds: number) => Reference;
  /** The rows of a record as the search gave it; undefined where the record must be retrieved. */
  readonly foundRows: (reference: Reference) => ThreadRows | undefined;
  /** Retrieves one thread. Errors: those of `IntercomClient.request`. */
  readonly retrieve: (routes: Routes, id: string, use: UseRows) => Promise<void>;
  /** What QA found of these threads, by id; undefined where QA does not look at such threads. */
  readonly qualityOf?: (run: Run, ids: readonly string[]) => Promise<ReadonlyMap<string, Quality>>;
  /** Finds the threads of a range without the search; undefined where there is no such list. */
  readonly list?: (run: Run, range: SecondsRange) => AsyncGenerator<Found>;
  /** Threads that answered 404 and that Intercom does not list as deleted. */
  readonly withoutListed: (run: Run, notFound: readonly NotFound[]) => Promise<readonly NotFound[]>;
  /** Where a deletion that only a 404 shows is recorded. */
  readonly deletion: { readonly table: RawTableName; readonly row: (id: string) => Row };
  /** Takes note of what this run stores, where the reconciliation needs it. */
  readonly taken?: TakenThreads;
  /** Whether loads record what windows count and never show; false where the reconciliation keeps that count. */
  readonly recordsUnseen: boolean;
};
