import type { LineFile } from "../line-file.ts";
import type { RawTableName } from "../raw-tables.ts";
import type { DayTableName } from "./layout.ts";

/** A complete load, as `_loads` has it. */
export type StoredLoad = {
  readonly id: string;
  readonly workspaceId: string;
  /** UTC day of its `_loaded_at`: 2026-01-31. */
  readonly day: string;
  /** Rows of all streams, as `_loads` counts them. */
  readonly rows: number;
};

/** Loads of some days. Both days are inclusive. */
export type LoadsOfDays = { readonly from: string; readonly to: string; readonly ids: readonly string[] };

/** A row as one line of JSON, as a spool file has it. */
export type StoredLine = { readonly loadId: string; readonly line: string };

/** The rows of a table that were written on one day. */
export type TableDay = {
  readonly table: DayTableName;
  readonly day: string;
  readonly workspaceId: string;
  readonly rows: number;
};

/**
 * What an archive needs of a warehouse beside its loads: an engine fulfils it. Nobody else writes into the warehouse
 * meanwhile. Rows come one after the other, in bounded memory.
 * Errors: WarehouseError.
 */
export interface ArchiveStore {
  /** All complete loads, of all workspaces. */
  loads(): Promise<readonly StoredLoad[]>;
  /** The rows of a table that the loads brought, in any order. @param table with `_load_id`: `_loads` too */
  rows(table: RawTableName, loads: LoadsOfDays): AsyncIterable<StoredLine>;
  /** Rows of a table by the load that brought them. */
  counts(table: RawTableName): Promise<ReadonlyMap<string, number>>;
  days(table: DayTableName): Promise<readonly TableDay[]>;
  /** The rows of one day and workspace, as lines. */
  rowsOfDay(of: TableDay): AsyncIterable<string>;
  /** Appends rows to a table: all of the files, or nothing. */
  restore(table: DayTableName, files: readonly LineFile[]): Promise<void>;
  /** Removes rows of loads that never became complete, so that these loads can be stored again under the same ids. */
  removeIncomplete(): Promise<void>;
}
