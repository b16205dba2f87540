import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { messageOf } from "../../errors.ts";
import type { Named, PurgeDialect } from "../../purge/plan-sql.ts";
import { type BuiltTable, PurgeSql, type Removal, tablesOf } from "../../purge/sql.ts";
import { type PurgeStore, planTable, previewTable } from "../../purge/store.ts";
import { type BigQueryConnection, costLabels, openBigQuery, retrying } from "./client.ts";
import { actionOf } from "./errors.ts";
import { RunLock } from "./lock.ts";
import { prepareTables } from "./tables.ts";

const secondsPerDay = 86_400;
/** A preview that a killed dry run leaves goes by itself. */
const previewHours = 1;

export type BigQueryPurgeOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly martsDataset: string;
  readonly effects: Effects;
  readonly runId: string;
  /** A dry run leaves other runs alone, and takes no lock. */
  readonly isDryRun: boolean;
};

/**
 * A purge of BigQuery's tables, by DELETE and UPDATE. BigQuery bills those every column of the partitions that they may touch,
 * and leaves partitions out for constants alone: of the raw tables, the days on which the rows were loaded are asked for first.
 */
export class BigQueryPurge implements PurgeStore {
  readonly sql: PurgeSql;
  readonly plan: string;
  readonly preview: string;
  readonly #client: BigQuery;
  readonly #options: BigQueryPurgeOptions;
  readonly #lock: RunLock | undefined;

  private constructor(client: BigQuery, options: BigQueryPurgeOptions, lock: RunLock | undefined) {
    const dialect = bigQueryPurgeDialect(options.connection.project);
    this.#client = client;
    this.#options = options;
    this.#lock = lock;
    this.sql = new PurgeSql(dialect, options.rawDataset);
    this.plan = dialect.table(options.rawDataset, planTable);
    // One of its own: a dry run takes no lock, and must not put its preview in the place of a purge's.
    this.preview = dialect.table(options.rawDataset, `${previewTable}_${options.runId.replaceAll(/\W/g, "_")}`);
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

  async tables(): Promise<readonly BuiltTable[]> {
    const { connection, rawDataset, martsDataset } = this.#options;
    const found: BuiltTable[] = [];
    for (const dataset of [rawDataset, martsDataset, `${martsDataset}_staging`])
      found.push(...tablesOf(await this.#rows(tablesSql(connection.project, dataset), true)));
    return found;
  }

  rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return this.#rows(sql);
  }

  async makePreview(named: Named, isUnfinished: boolean): Promise<void> {
    const query = this.sql.plan(named, isUnfinished ? this.plan : undefined);
    await this.#rows(
      `create or replace table ${this.preview}
       options (expiration_timestamp = timestamp_add(current_timestamp(), interval ${previewHours} hour)) as ${query}`,
    );
  }

  async dropPreview(): Promise<void> {
    await this.#rows(`drop table if exists ${this.preview}`);
  }

  async keepPlan(): Promise<void> {
    await this.#rows(`create or replace table ${this.plan} as select * from ${this.preview}`);
    await this.dropPreview();
  }

  async remove(removal: Removal): Promise<void> {
    await this.#lock?.check();
    const { connection, rawDataset } = this.#options;
    if (removal.schema !== rawDataset) {
      await this.#rows(this.sql.statement(removal));
      return;
    }
    const days = await this.#rows(daysSql(connection.project, removal));
    if (days.length > 0)
      await this.#rows(
        this.sql.statement(
          onDays(
            removal,
            days.map(([day]) => Number(day)),
          ),
        ),
      );
  }

  async finish(): Promise<readonly string[]> {
    await this.#rows(`drop table if exists ${this.plan}`);
    return [
      "BigQuery keeps what was removed for time travel (7 days, unless the datasets say otherwise), and 7 days more for Google's own recovery.",
    ];
  }

  async close(): Promise<void> {
    await this.#lock?.release();
  }

  async #rows(query: string, isMaybeMissing = false): Promise<readonly (readonly unknown[])[]> {
    const { connection, effects } = this.#options;
    return retrying(effects, { doing: "purge", ...connection }, async () => {
      try {
        const [rows] = await this.#client.query({
          query,
          maximumBytesBilled: String(connection.maximumBytesBilled),
          labels: { ...costLabels },
        });
        return rows.map((row: object) => Object.values(row));
      } catch (error) {
        const isMissing = actionOf(error) === "missing" || /table not found/i.test(messageOf(error));
        if (isMaybeMissing && isMissing) return [];
        throw error;
      }
    });
  }
}

/** A dataset's tables, views left out: schema, table, column. */
function tablesSql(project: string, dataset: string): string {
  const view = (name: string): string => `\`${project}.${dataset}.INFORMATION_SCHEMA.${name}\``;
  return `select columns.table_schema as table_schema, columns.table_name as table_name, columns.column_name as column_name
    from ${view("COLUMNS")} as columns inner join ${view("TABLES")} as tables on tables.table_name = columns.table_name
    where tables.table_type = 'BASE TABLE'
    order by columns.table_name`;
}

/** The days on which a raw table's rows were loaded that are to go, as epoch seconds. */
function daysSql(project: string, { schema, table, where }: Removal): string {
  return `select distinct div(unix_seconds(each_row._loaded_at), ${secondsPerDay}) * ${secondsPerDay} as loaded_on
    from \`${project}.${schema}.${table}\` as each_row where ${where} order by loaded_on`;
}

/** The same, with the days as constants, those after each other as one span. @param days epoch seconds, in order */
export function onDays(removal: Removal, days: readonly number[]): Removal {
  const spans: { from: number; to: number }[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last?.to === day) last.to = day + secondsPerDay;
    else spans.push({ from: day, to: day + secondsPerDay });
  }
  const among = spans.map(
    ({ from, to }) => `(each_row._loaded_at >= ${instant(from)} and each_row._loaded_at < ${instant(to)})`,
  );
  return { ...removal, where: `(${among.join(" or ")}) and (${removal.where})` };
}

function instant(epochSeconds: number): string {
  return `timestamp '${new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace("T", " ")}+00'`;
}

function bigQueryPurgeDialect(project: string): PurgeDialect {
  return {
    table: (schema, name) => `\`${project}.${schema}.${name}\``,
    textType: "string",
    text: (value) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`,
    jsonText: (column, path) => `json_value(${column}, '${path}')`,
    jsonWhole: (column) => `to_json_string(${column})`,
    json: (text) => `parse_json(${text})`,
    eachId: (table, path, name) =>
      `(select _workspace_id, id, json_value(entry, '$.id') as ${name} from ${table} cross join unnest(json_query_array(payload, '${path}')) as entry)`,
    replaced: (text, pattern, by) => `regexp_replace(${text}, r'${pattern}', '${by}')`,
    eachMatch: (text, pattern, name) => `unnest(regexp_extract_all(${text}, r'${pattern}')) as ${name}`,
    isMatch: (value, text, pattern) => `${value} in unnest(regexp_extract_all(${text}, r'${pattern}'))`,
  };
}
