import { access, mkdir } from "node:fs/promises";
import { ConfigError } from "../../errors.ts";
import type { Named, PurgeDialect } from "../../purge/plan-sql.ts";
import { type BuiltTable, PurgeSql, type Removal, tablesOf } from "../../purge/sql.ts";
import { type PurgeStore, planTable, previewTable } from "../../purge/store.ts";
import { rewriteDuckDb, stoppedError } from "./rewrite.ts";
import { catalog, type DuckDbOptions, DuckDbSession, quoted } from "./session.ts";

/** A scan of all payloads, and the checkpoint that ends it. */
const memoryMegabytes = 128;

const participantsTable = "_purge_participants";

export type DuckDbPurgeOptions = DuckDbOptions & {
  readonly martsDataset: string;
  /** Bytes free in a folder; for tests. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/** A purge of a DuckDB file. What is removed stays in the file's free blocks: `finish` writes the file anew. */
export class DuckDbPurge implements PurgeStore {
  readonly sql: PurgeSql;
  readonly plan: string;
  readonly preview = `temp.main.${previewTable}`;
  readonly #options: DuckDbPurgeOptions;
  #session: DuckDbSession | undefined;

  private constructor(session: DuckDbSession, options: DuckDbPurgeOptions) {
    this.#session = session;
    this.#options = options;
    this.sql = new PurgeSql(duckDbDialect, options.rawDataset);
    this.plan = fullName(options.rawDataset, planTable);
  }

  /** Errors: ConfigError when there is no such file, or another process holds it. */
  static async open(options: DuckDbPurgeOptions): Promise<DuckDbPurge> {
    await access(options.path).catch(() => {
      throw new ConfigError(
        `${options.path} does not exist: set DUCKDB_PATH to the warehouse, or run \`make sync\` first.`,
      );
    });
    // DuckDB puts there what memory has no room for.
    await mkdir(options.stateDirectory, { recursive: true });
    return new DuckDbPurge(await DuckDbSession.open({ ...options, memoryMegabytes }), options);
  }

  async tables(): Promise<readonly BuiltTable[]> {
    const { rawDataset, martsDataset } = this.#options;
    const schemas = [rawDataset, martsDataset, `${martsDataset}_staging`].map(quoted).join(", ");
    const rows = await this.rows(
      `select columns.schema_name, columns.table_name, columns.column_name from duckdb_columns() as columns
       inner join duckdb_tables() as tables on tables.table_oid = columns.table_oid and tables.database_name = columns.database_name
       where columns.database_name = '${catalog}' and columns.schema_name in (${schemas})
       order by columns.schema_name, columns.table_name`,
    );
    return tablesOf(rows);
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return this.#open.rows(sql);
  }

  async makePreview(named: Named, isUnfinished: boolean): Promise<void> {
    // All in one query would take four times the memory.
    const queries = named.contacts.length === 0 ? [] : this.sql.participants();
    for (const [position, query] of queries.entries())
      await this.#inMemory(
        position === 0
          ? `create or replace temp table ${participantsTable} as ${query}`
          : `insert into temp.main.${participantsTable} ${query}`,
      );
    const participants = `select * from temp.main.${participantsTable}`;
    const plan = this.sql.plan(named, isUnfinished ? this.plan : undefined, participants);
    await this.#inMemory(`create or replace temp table ${previewTable} as ${plan}`);
    await this.#inMemory(`drop table if exists temp.main.${participantsTable}`);
  }

  async dropPreview(): Promise<void> {
    await this.#open.run(`drop table if exists ${this.preview}`);
  }

  async keepPlan(): Promise<void> {
    await this.#run(`create or replace table ${this.plan} as select * from ${this.preview}`);
  }

  async remove(removal: Removal): Promise<void> {
    await this.#run(this.sql.statement(removal));
  }

  async finish(): Promise<readonly string[]> {
    const { path, stateDirectory, freeBytes } = this.#options;
    // That the table is there says that the file is still to be written anew; no row of it gets into the new one.
    await this.#run(`delete from ${this.plan}`);
    await this.#run(`checkpoint ${catalog}`);
    await this.close();
    const { bytesBefore, bytesAfter, otherNames } = await rewriteDuckDb({
      path,
      stateDirectory,
      leftOut: this.plan,
      ...(freeBytes === undefined ? {} : { freeBytes }),
    });
    return [
      `${path} was written anew, without what was removed: ${megabytes(bytesBefore)} MB, now ${megabytes(bytesAfter)} MB.`,
      ...(otherNames > 0
        ? [`The old file has ${otherNames} more ${otherNames === 1 ? "name" : "names"} (hard links): remove them.`]
        : []),
    ];
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    // Closing alone leaves the file open for as long as a result of a query is in memory. What detaching could not move into
    // the file is in its log.
    await session?.close(`detach ${catalog}`);
  }

  /** With the memory of a commit from the start: each try with too little would read all payloads in vain. */
  async #inMemory(sql: string): Promise<void> {
    await this.#open.transaction([sql]);
  }

  /** Writes into the file. Errors: WarehouseError. */
  async #run(sql: string): Promise<void> {
    await this.#open.run(sql).catch((error: unknown) => {
      throw stoppedError("written to", error, this.#options.path);
    });
  }

  get #open(): DuckDbSession {
    if (this.#session === undefined) throw new Error("the purge is over");
    return this.#session;
  }
}

function fullName(schema: string, table: string): string {
  return [catalog, schema, table].map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}

const duckDbDialect: PurgeDialect = {
  table: fullName,
  textType: "varchar",
  text: quoted,
  jsonText: (column, path) => `(${column}->>'${path}')`,
  jsonWhole: (column) => `cast(${column} as varchar)`,
  json: (text) => `cast(${text} as json)`,
  // Not by a join with what a column of it has, which would keep all payloads in memory.
  eachId: (table, path, name) =>
    `(select _workspace_id, id, unnest(json_extract_string(payload, '${path}[*].id')) as ${name} from ${table})`,
  replaced: (text, pattern, by) => `regexp_replace(${text}, '${pattern}', '${by}', 'g')`,
  eachMatch: (text, pattern, name) => `unnest(regexp_extract_all(${text}, '${pattern}')) as listed(${name})`,
  isMatch: (value, text, pattern) => `list_contains(regexp_extract_all(${text}, '${pattern}'), ${value})`,
};

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
