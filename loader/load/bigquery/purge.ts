import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import type { PlanQuery, PurgeStore, Removal } from "../../purge/store.ts";
import type { SqlDialect } from "../../sql.ts";
import { type BigQueryConnection, openBigQuery } from "./client.ts";
import { isTableMissing } from "./errors.ts";
import { RunLock } from "./lock.ts";
import { type QueryOptions, queryRows } from "./query.ts";
import { dialectOf, qualified, timestamp } from "./sql.ts";
import { prepareTables } from "./tables.ts";

const secondsPerDay = 86_400;
/** A preview that a killed dry run leaves expires by itself. */
const previewHours = 1;

export type BigQueryPurgeOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly effects: Effects;
  readonly runId: string;
  /** A dry run leaves other runs alone, and takes no lock. */
  readonly isDryRun: boolean;
};

type Rows = readonly (readonly unknown[])[];

/**
 * A purge of BigQuery's tables, by DELETE and UPDATE. BigQuery bills every column of the partitions that a statement may
 * touch, and skips partitions for constants alone. So of raw tables, a query first asks on which days the rows were loaded.
 */
export class BigQueryPurge implements PurgeStore {
  readonly dialect: SqlDialect;
  readonly preview: string;
  readonly #client: BigQuery;
  readonly #options: BigQueryPurgeOptions;
  readonly #lock: RunLock | undefined;

  private constructor(client: BigQuery, options: BigQueryPurgeOptions, lock: RunLock | undefined) {
    const { connection, rawDataset, runId } = options;
    this.#client = client;
    this.#options = options;
    this.#lock = lock;
    this.dialect = dialectOf(connection.project);
    // Each run has its own: a dry run takes no lock, and must not overwrite a purge's preview.
    this.preview = this.dialect.table(rawDataset, `_purge_preview_${runId.replaceAll(/\W/g, "_")}`);
  }

  /** Takes the run lock. Errors: ConfigError when another run has it; WarehouseError. */
  static async open(options: BigQueryPurgeOptions): Promise<BigQueryPurge> {
    const { connection, rawDataset: datasetName, effects, runId, isDryRun } = options;
    const client = await openBigQuery(connection);
    if (isDryRun) return new BigQueryPurge(client, options, undefined);
    await prepareTables(client, connection, datasetName, effects);
    const lock = await RunLock.take({ client, connection, datasetName, effects }, runId);
    return new BigQueryPurge(client, options, lock);
  }

  /** A dataset that is not there has no tables. */
  async columns(schemas: readonly string[]): Promise<Rows> {
    const rowsInstead = (error: unknown): [] | undefined => (isTableMissing(error) ? [] : undefined);
    const found: Rows[] = [];
    for (const dataset of schemas)
      found.push(await this.#rows(columnsSql(this.#options.connection.project, dataset), { rowsInstead }));
    return found.flat();
  }

  rows(sql: string): Promise<Rows> {
    return this.#rows(sql);
  }

  async #rows(sql: string, options: Omit<QueryOptions, "doing"> = {}): Promise<Rows> {
    const { connection, effects } = this.#options;
    const context = { client: this.#client, connection, effects };
    return (await queryRows(context, sql, { ...options, doing: "purge" })).map((row) => Object.values(row));
  }

  async makePreview({ facts, plan }: PlanQuery): Promise<void> {
    await this.rows(
      `create or replace table ${this.preview}
       options (expiration_timestamp = timestamp_add(current_timestamp(), interval ${previewHours} hour)) as ${plan(facts.join("\nunion all\n"))}`,
    );
  }

  async dropPreview(): Promise<void> {
    await this.rows(`drop table if exists ${this.preview}`);
  }

  async keepPlan(plan: string): Promise<void> {
    await this.rows(`create or replace table ${plan} as select * from ${this.preview}`);
    await this.dropPreview();
  }

  async record(statements: readonly string[]): Promise<void> {
    await this.#lock?.check();
    for (const sql of statements) await this.rows(sql);
  }

  async remove(removal: Removal): Promise<void> {
    await this.#lock?.check();
    const { connection, rawDataset } = this.#options;
    if (removal.schema !== rawDataset) {
      await this.rows(removal.statement());
      return;
    }
    const days = await this.rows(daysSql(connection.project, removal));
    if (days.length > 0) await this.rows(removal.statement(isOnDays(days.map(([day]) => Number(day)))));
  }

  async finish(plan: string): Promise<readonly string[]> {
    await this.rows(`drop table if exists ${plan}`);
    return [
      "BigQuery keeps removed rows for time travel (7 days, unless your datasets say otherwise), and 7 more days for Google's own recovery.",
    ];
  }

  async close(): Promise<void> {
    await this.#lock?.release();
  }
}

/** A dataset's tables, views left out: schema, table, column. */
function columnsSql(project: string, dataset: string): string {
  const view = (name: string): string => `\`${project}.${dataset}.INFORMATION_SCHEMA.${name}\``;
  return `select columns.table_schema as table_schema, columns.table_name as table_name, columns.column_name as column_name
    from ${view("COLUMNS")} as columns inner join ${view("TABLES")} as tables on tables.table_name = columns.table_name
    where tables.table_type = 'BASE TABLE'
    order by columns.table_name`;
}

/** The days on which the rows of a removal were loaded, as epoch seconds. */
function daysSql(project: string, { schema, table, where }: Removal): string {
  return `select distinct div(unix_seconds(each_row._loaded_at), ${secondsPerDay}) * ${secondsPerDay} as loaded_on
    from ${qualified(project, schema, table)} as each_row where ${where} order by loaded_on`;
}

/** The condition that a row was loaded on one of some days, which are constants. @param days epoch seconds, in order */
export function isOnDays(days: readonly number[]): string {
  const spans: { from: number; to: number }[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last?.to === day) last.to = day + secondsPerDay;
    else spans.push({ from: day, to: day + secondsPerDay });
  }
  const among = spans.map(
    ({ from, to }) => `(each_row._loaded_at >= ${timestamp(from)} and each_row._loaded_at < ${timestamp(to)})`,
  );
  return among.join(" or ");
}
