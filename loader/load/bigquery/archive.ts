import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import { textAt } from "../../json-path.ts";
import { isComplete } from "../../sql.ts";
import { type DayTableName, loadTables } from "../archive/layout.ts";
import { lineOf, type TextOf, textColumns } from "../archive/line.ts";
import type { ArchiveStore, LoadsOfDays, StoredLine, StoredLoad, TableDay } from "../archive/store.ts";
import type { LineFile } from "../line-file.ts";
import type { RawTableName } from "../raw-tables.ts";
import { eachAtOnce } from "./at-once.ts";
import { joined } from "./batch.ts";
import { type BigQueryConnection, retrying } from "./client.ts";
import { asFatalError } from "./errors.ts";
import { isOfReplay, type LoadJobs } from "./jobs.ts";
import type { RunLock } from "./lock.ts";
import { type QueryContext, queryRequest, queryRows, type ResultRow } from "./query.ts";
import { qualified, timestamp } from "./sql.ts";

const secondsPerDay = 86_400;
const tablesAtOnceMax = 4;
/** Load jobs of a killed replay may go on for as long as a load job may. */
const jobsMsMax = 30 * 60_000;
const pollMs = 5000;

const textOf: TextOf = {
  text: (column) => column,
  timestamp: (column) => `format_timestamp('%Y-%m-%dT%H:%M:%E6SZ', ${column})`,
  integer: (column) => `cast(${column} as string)`,
  boolean: (column) => `cast(${column} as string)`,
  // Of null itself, to_json_string makes the text "null".
  json: (column) => `if(${column} is null, null, to_json_string(${column}))`,
};

const loadedOn = "format_timestamp('%Y-%m-%d', _loaded_at)";

export type BigQueryArchiveOptions = {
  readonly client: BigQuery;
  readonly datasetName: string;
  readonly connection: BigQueryConnection;
  readonly effects: Effects;
  /** Undefined where the warehouse was not prepared: then it is only read. */
  readonly jobs: LoadJobs | undefined;
  readonly lock: RunLock | undefined;
  readonly runId: string;
};

/** What an archive reads of BigQuery, and restores there. BigQuery bills the days of `_loaded_at` that a query names. */
export class BigQueryArchive implements ArchiveStore {
  readonly #options: BigQueryArchiveOptions;

  constructor(options: BigQueryArchiveOptions) {
    this.#options = options;
  }

  async loads(): Promise<readonly StoredLoad[]> {
    return (await this.#rows(this.loadsSql(), "read the stored loads")).map((row) => ({
      id: String(row["id"]),
      workspaceId: String(row["workspace_id"]),
      day: String(row["loaded_on"]),
      rows: Number(row["row_count"]),
    }));
  }

  loadsSql(): string {
    return `select _load_id as id, min(_workspace_id) as workspace_id, min(${loadedOn}) as loaded_on, sum(row_count) as row_count
      from ${this.#table("_loads")} where ${isComplete} group by _load_id`;
  }

  async *rows(table: RawTableName, loads: LoadsOfDays): AsyncGenerator<StoredLine> {
    const parameters = { loads: loads.ids.join(",") };
    for await (const row of this.#stream(this.rowsSql(table, loads), `read ${table} for the archive`, parameters))
      yield { loadId: String(row["_load_id"]), line: lineOf(table, (name) => row[name]) };
  }

  rowsSql(table: RawTableName, { from, to }: LoadsOfDays): string {
    return `select ${textColumns(table, textOf)} from ${this.#table(table)}
      where ${isOfDays(from, to)} and _load_id in unnest(split(@loads))`;
  }

  async counts(table: RawTableName): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#rows(this.countsSql(table), `count the loads of ${table}`);
    return new Map(rows.map((row) => [String(row["id"]), Number(row["row_count"])]));
  }

  countsSql(table: RawTableName): string {
    return `select _load_id as id, count(*) as row_count from ${this.#table(table)} group by _load_id`;
  }

  async days(table: DayTableName): Promise<readonly TableDay[]> {
    return (await this.#rows(this.daysSql(table), `count the days of ${table}`)).map((row) => ({
      table,
      day: String(row["loaded_on"]),
      workspaceId: String(row["workspace_id"]),
      rows: Number(row["row_count"]),
    }));
  }

  daysSql(table: DayTableName): string {
    return `select ${loadedOn} as loaded_on, coalesce(_workspace_id, '') as workspace_id, count(*) as row_count
      from ${this.#table(table)} group by 1, 2 order by 1, 2`;
  }

  async *rowsOfDay({ table, day, workspaceId }: TableDay): AsyncGenerator<string> {
    const parameters = { workspace: workspaceId };
    for await (const row of this.#stream(this.dayRowsSql(table, day), `read ${table} for the archive`, parameters))
      yield lineOf(table, (name) => row[name]);
  }

  dayRowsSql(table: DayTableName, day: string): string {
    return `select ${textColumns(table, textOf)} from ${this.#table(table)}
      where ${isOfDays(day, day)} and coalesce(_workspace_id, '') = @workspace`;
  }

  /** By one job, which brings all rows or none. */
  async restore(table: DayTableName, files: readonly LineFile[]): Promise<void> {
    const { jobs, lock, runId } = this.#options;
    if (jobs === undefined) throw new WarehouseError("The warehouse was not prepared.");
    await lock?.check();
    const result = await jobs.load(runId, await joined(table, files, `${files[0]?.path}.all`));
    if (result.isLoaded) return;
    throw new WarehouseError(
      `BigQuery refused archived rows for ${table}: run \`make doctor\`, which compares the table with its definition. Nothing was stored.`,
      { cause: result.problems },
    );
  }

  /** A job of a killed replay may still bring rows: first such jobs must be over. */
  async removeIncomplete(): Promise<void> {
    await this.#whenReplayJobsAreOver();
    await eachAtOnce(loadTables, tablesAtOnceMax, async ({ name }) => {
      if (await this.#isEmpty(name)) return;
      const found = await this.#rows(this.anyIncompleteSql(name), `look for unfinished loads in ${name}`);
      if (found.length === 0) return;
      await this.#options.lock?.check();
      await this.#rows(this.removeIncompleteSql(name), `remove unfinished loads from ${name}`);
    });
  }

  anyIncompleteSql(table: RawTableName): string {
    return `select _load_id as id from ${this.#table(table)} where ${this.#isIncomplete()} limit 1`;
  }

  removeIncompleteSql(table: RawTableName): string {
    return `delete from ${this.#table(table)} where ${this.#isIncomplete()}`;
  }

  #isIncomplete(): string {
    return `_load_id not in (select _load_id from ${this.#table("_loads")} where ${isComplete})`;
  }

  /** By the table's metadata, which cost nothing. */
  async #isEmpty(table: RawTableName): Promise<boolean> {
    const { client, datasetName, effects, connection } = this.#options;
    const [metadata] = await retrying(effects, { doing: `look at ${table}`, ...connection }, () =>
      client.dataset(datasetName).table(table).getMetadata(),
    );
    return textAt(metadata, "numRows") === "0";
  }

  async #whenReplayJobsAreOver(): Promise<void> {
    const { client, effects, connection } = this.#options;
    const untilMs = effects.now() + jobsMsMax;
    for (;;) {
      const [jobs] = await retrying(effects, { doing: "look for running jobs", ...connection }, () =>
        client.getJobs({ stateFilter: ["pending", "running"] }),
      );
      if (!jobs.some(({ id }) => isOfReplay(id))) return;
      if (effects.now() > untilMs)
        throw new WarehouseError(
          "A load job of an earlier replay has not ended: look at the project's job history, and run again. Nothing was stored.",
        );
      await effects.sleep(pollMs);
    }
  }

  #table(name: RawTableName): string {
    return qualified(this.#options.connection.project, this.#options.datasetName, name);
  }

  #rows(sql: string, doing: string): Promise<readonly ResultRow[]> {
    const { client, connection, effects } = this.#options;
    const context: QueryContext = { client, connection, effects };
    return queryRows(context, sql, { doing });
  }

  /** A query's answer, page by page. */
  async *#stream(
    sql: string,
    doing: string,
    params: Readonly<Record<string, string>>,
  ): AsyncGenerator<Readonly<Record<string, unknown>>> {
    const { client, connection } = this.#options;
    try {
      for await (const row of client.createQueryStream({ ...queryRequest(connection, sql), params })) yield row;
    } catch (error) {
      throw asFatalError(error, { doing, ...connection });
    }
  }
}

/** The condition that a row was loaded on some days. Both are inclusive, and constants: BigQuery skips other partitions. */
function isOfDays(from: string, to: string): string {
  const seconds = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000;
  return `_loaded_at >= ${timestamp(seconds(from))} and _loaded_at < ${timestamp(seconds(to) + secondsPerDay)}`;
}
