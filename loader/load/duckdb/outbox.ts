import { access } from "node:fs/promises";
import type { ActivationRow, OutboxStore, ResultRow } from "../../activate/outbox-store.ts";
import { ConfigError } from "../../errors.ts";
import { writeJson } from "../../json.ts";
import { makeFolder, onDiskAtOnce } from "../disk.ts";
import { rawTable } from "../raw-tables.ts";
import { type DuckDbOptions, DuckDbSession } from "./session.ts";
import { catalog, columnTypes, dialect, text, timestamp } from "./sql.ts";
import { knownVersion } from "./tables.ts";

const columns = rawTable("_activations").columns;
const columnNames = columns.map(({ name }) => name).join(", ");
const rowType = JSON.stringify([Object.fromEntries(columns.map(({ name, type }) => [name, columnTypes[type]]))]);

export type DuckDbOutboxOptions = DuckDbOptions & {
  readonly martsDataset: string;
  readonly now: () => number;
};

/** The outbox's table in a DuckDB file. A write is a transaction; the file belongs to one process at a time. */
export class DuckDbOutbox implements OutboxStore {
  readonly dialect = dialect;
  readonly #session: DuckDbSession;
  readonly #table: string;
  readonly #now: () => number;

  private constructor(session: DuckDbSession, { rawDataset, now }: DuckDbOutboxOptions) {
    this.#session = session;
    this.#table = dialect.table(rawDataset, "_activations");
    this.#now = now;
  }

  /** Errors: ConfigError when there is no such file, another process holds it, a newer loader made it, or the mart is not built. */
  static async open(options: DuckDbOutboxOptions): Promise<DuckDbOutbox> {
    await access(options.path).catch(() => {
      throw new ConfigError(`${options.path} does not exist: run \`make sync build\` first, or set DUCKDB_PATH.`);
    });
    // DuckDB spills to this folder when memory is full.
    onDiskAtOnce(options.stateDirectory, () => makeFolder(options.stateDirectory));
    const session = await DuckDbSession.open(options);
    const outbox = new DuckDbOutbox(session, options);
    try {
      await outbox.#prepare(options);
    } catch (error) {
      await outbox.close();
      throw error;
    }
    return outbox;
  }

  async #prepare({ path, rawDataset, martsDataset }: DuckDbOutboxOptions): Promise<void> {
    await knownVersion(this.#session, { path, rawDataset });
    const found = await this.#session.rows(
      `select 1 from duckdb_tables() where database_name = '${catalog}' and schema_name = $1 and table_name = 'support_ticket_closed'`,
      [martsDataset],
    );
    if (found.length === 0)
      throw new ConfigError(`${path} has no table ${martsDataset}.support_ticket_closed yet: run \`make build\`.`);
    const definitions = columns.map(({ name, type }) => `${name} ${columnTypes[type]}`);
    await this.#session.run(`create table if not exists ${this.#table} (${definitions.join(", ")})`);
  }

  rows(sql: string): Promise<readonly ResultRow[]> {
    return this.#session.rows(sql);
  }

  async insert(query: string): Promise<number> {
    const rows = await this.#session.rows(
      `insert into ${this.#table} (${columnNames}) select *, ${timestamp(this.#now() / 1000)} from (${query})`,
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  async append(rows: readonly ActivationRow[]): Promise<void> {
    if (rows.length === 0) return;
    const writtenAt = new Date(this.#now()).toISOString();
    const json = text(writeJson(rows.map((row) => ({ ...row, _loaded_at: writtenAt }))));
    await this.#session.transaction([
      `insert into ${this.#table} (${columnNames})
       select ${columnNames} from (select unnest(from_json(cast(${json} as json), ${text(rowType)}), recursive := true))`,
    ]);
  }

  async close(): Promise<void> {
    // Closing alone leaves the file open for as long as a result of a query is in memory.
    await this.#session.close(`detach ${catalog}`);
  }
}
