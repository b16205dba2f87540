import type { DuckDBValue } from "@duckdb/node-api";
import type { DayTableName } from "../archive/layout.ts";
import { lineOf, type TextOf, textColumns } from "../archive/line.ts";
import type { ArchiveStore, LoadsOfDays, StoredLine, StoredLoad, TableDay } from "../archive/store.ts";
import type { LineFile } from "../line-file.ts";
import type { RawTableName } from "../raw-tables.ts";
import type { DuckDbSession } from "./session.ts";
import { identifier, text } from "./sql.ts";

/** Row ids that are read at once: a payload may have megabytes. */
const rowsAtOnce = 500;

const textOf: TextOf = {
  text: (column) => column,
  timestamp: (column) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ')`,
  integer: (column) => `cast(${column} as varchar)`,
  boolean: (column) => `cast(${column} as varchar)`,
  json: (column) => `cast(${column} as varchar)`,
};

const day = "strftime(_loaded_at, '%Y-%m-%d')";

/** What an archive reads of a DuckDB file, and restores there. */
export class DuckDbArchive implements ArchiveStore {
  readonly #session: DuckDbSession;
  readonly #insert: (table: RawTableName, files: readonly LineFile[]) => Promise<void>;

  /** @param insert appends files to a table: all of them, or nothing */
  constructor(session: DuckDbSession, insert: (table: RawTableName, files: readonly LineFile[]) => Promise<void>) {
    this.#session = session;
    this.#insert = insert;
  }

  async loads(): Promise<readonly StoredLoad[]> {
    const rows = await this.#session.rows(
      `select _load_id, any_value(_workspace_id), min(${day}), sum(row_count) from ${identifier("_loads")} group by _load_id`,
    );
    return rows.map(([id, workspaceId, loadedOn, count]) => ({
      id: String(id),
      workspaceId: String(workspaceId),
      day: String(loadedOn),
      rows: Number(count),
    }));
  }

  /** A load's rows follow each other in the table: DuckDB skips the rest. */
  async *rows(table: RawTableName, loads: LoadsOfDays): AsyncGenerator<StoredLine> {
    for (const loadId of loads.ids)
      for await (const row of this.#inSteps(table, `_load_id = ${text(loadId)}`))
        yield { loadId, line: lineOf(table, (_, position) => row[position]) };
  }

  counts(table: RawTableName): Promise<ReadonlyMap<string, number>> {
    return this.#session.map(
      `select _load_id, count(*) from ${identifier(table)} group by _load_id`,
      [],
      ([loadId, rows]) => [String(loadId), Number(rows)],
    );
  }

  async days(table: DayTableName): Promise<readonly TableDay[]> {
    const rows = await this.#session.rows(
      `select ${day} as loaded_on, coalesce(_workspace_id, '') as workspace, count(*) from ${identifier(table)}
       group by all order by all`,
    );
    return rows.map(([loadedOn, workspaceId, count]) => ({
      table,
      day: String(loadedOn),
      workspaceId: String(workspaceId),
      rows: Number(count),
    }));
  }

  async *rowsOfDay(of: TableDay): AsyncGenerator<string> {
    const where = `${day} = ${text(of.day)} and coalesce(_workspace_id, '') = ${text(of.workspaceId)}`;
    for await (const row of this.#inSteps(of.table, where)) yield lineOf(of.table, (_, position) => row[position]);
  }

  restore(table: DayTableName, files: readonly LineFile[]): Promise<void> {
    return this.#insert(table, files);
  }

  /** Preparing the warehouse has done so. */
  async removeIncomplete(): Promise<void> {}

  /** Rows under a condition, as texts, in the order of the table. */
  async *#inSteps(table: RawTableName, where: string): AsyncGenerator<readonly DuckDBValue[]> {
    const [ends] = await this.#session.rows(`select min(rowid), max(rowid) from ${identifier(table)} where ${where}`);
    if (ends === undefined || ends[0] === null) return;
    const last = Number(ends[1]);
    for (let first = Number(ends[0]); first <= last; first += rowsAtOnce) {
      yield* await this.#session.rows(
        `select ${textColumns(table, textOf)} from ${identifier(table)}
         where rowid between ${first} and ${first + rowsAtOnce - 1} and ${where}`,
      );
    }
  }
}
