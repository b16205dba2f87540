import { access } from "node:fs/promises";
import { ConfigError } from "../../errors.ts";
import type { PlanQuery, PurgeStore, Removal } from "../../purge/store.ts";
import { makeFolder, onDiskAtOnce } from "../disk.ts";
import { rawTable } from "../raw-tables.ts";
import { rewriteDuckDb, stoppedError } from "./rewrite.ts";
import { type DuckDbOptions, DuckDbSession } from "./session.ts";
import { catalog, dialect, text } from "./sql.ts";
import { knownVersion, tableDefinition } from "./tables.ts";

/** A scan of all payloads, and the checkpoint that ends it. */
const memoryMegabytes = 128;

const preview = "temp.main._purge_preview";
const facts = "temp.main._purge_facts";

export type DuckDbPurgeOptions = DuckDbOptions & {
  /** Bytes free in a folder; for tests. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/** A purge of a DuckDB file. Removed rows stay in the file's free blocks: `finish` rewrites the file. */
export class DuckDbPurge implements PurgeStore {
  readonly dialect = dialect;
  readonly preview = preview;
  readonly #options: DuckDbPurgeOptions;
  #session: DuckDbSession | undefined;

  private constructor(session: DuckDbSession, options: DuckDbPurgeOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Errors: ConfigError when there is no such file, another process holds it, or a newer loader made it. */
  static async open(options: DuckDbPurgeOptions): Promise<DuckDbPurge> {
    await access(options.path).catch(() => {
      throw new ConfigError(
        `${options.path} does not exist: set DUCKDB_PATH to the warehouse, or run \`make sync\` first.`,
      );
    });
    // DuckDB spills to this folder when memory is full.
    onDiskAtOnce(options.stateDirectory, () => makeFolder(options.stateDirectory));
    const session = await DuckDbSession.open({ ...options, memoryMegabytes });
    try {
      await knownVersion(session, options);
    } catch (error) {
      await session.close();
      throw error;
    }
    return new DuckDbPurge(session, options);
  }

  columns(schemas: readonly string[]): Promise<readonly (readonly unknown[])[]> {
    return this.rows(
      `select columns.schema_name, columns.table_name, columns.column_name from duckdb_columns() as columns
       inner join duckdb_tables() as tables on tables.table_oid = columns.table_oid and tables.database_name = columns.database_name
       where columns.database_name = '${catalog}' and columns.schema_name in (${schemas.map(text).join(", ")})
       order by columns.schema_name, columns.table_name`,
    );
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return this.#open.rows(sql);
  }

  /** Facts one query at a time: all in one query would take four times the memory. */
  async makePreview(query: PlanQuery): Promise<void> {
    for (const [position, each] of query.facts.entries())
      await this.#inMemory(
        position === 0 ? `create or replace temp table ${facts} as ${each}` : `insert into ${facts} ${each}`,
      );
    await this.#inMemory(`create or replace temp table ${preview} as ${query.plan(`select * from ${facts}`)}`);
    await this.#inMemory(`drop table if exists ${facts}`);
  }

  async dropPreview(): Promise<void> {
    await this.#open.run(`drop table if exists ${preview}`);
  }

  async keepPlan(plan: string): Promise<void> {
    await this.#run(`create or replace table ${plan} as select * from ${preview}`);
  }

  async record(statements: readonly string[]): Promise<void> {
    const { rawDataset } = this.#options;
    for (const sql of [tableDefinition(rawTable("_purged"), rawDataset), ...statements]) await this.#run(sql);
  }

  async remove(removal: Removal): Promise<void> {
    await this.#run(removal.statement());
  }

  async finish(plan: string): Promise<readonly string[]> {
    const { path, stateDirectory, freeBytes } = this.#options;
    // The empty table says that the file is still to be rewritten; the new file does not get it.
    await this.#run(`delete from ${plan}`);
    await this.#run(`checkpoint ${catalog}`);
    await this.close();
    const { bytesBefore, bytesAfter, otherNames } = await rewriteDuckDb({
      path,
      stateDirectory,
      leftOut: plan,
      ...(freeBytes === undefined ? {} : { freeBytes }),
    });
    return [
      `${path} was rewritten without the removed rows (${megabytes(bytesBefore)} → ${megabytes(bytesAfter)} MB).`,
      ...(otherNames > 0
        ? [`The old file has ${otherNames} more ${otherNames === 1 ? "name" : "names"} (hard links): remove them.`]
        : []),
    ];
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    // Closing alone leaves the file open for as long as a result of a query is in memory. What detaching can't move into the
    // file stays in the file's log.
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

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
