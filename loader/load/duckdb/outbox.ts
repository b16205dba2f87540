import { access, mkdir } from "node:fs/promises";
import type {
  Outbox,
  OutboxCounts,
  OutboxEntry,
  PendingTicket,
  Selection,
  TicketPreview,
} from "../../activate/outbox.ts";
import {
  activationRow,
  countsOf,
  entryOf,
  OutboxSql,
  type PendingPlace,
  rowsOfNextPage,
  ticketOf,
} from "../../activate/outbox-sql.ts";
import { ConfigError } from "../../errors.ts";
import { writeJson } from "../../json.ts";
import { rawTable } from "../raw-tables.ts";
import { catalog, type DuckDbOptions, DuckDbSession, quoted } from "./session.ts";
import { duckdbTypes } from "./tables.ts";

const columns = rawTable("_activations").columns;
const columnNames = columns.map(({ name }) => name).join(", ");
const rowType = JSON.stringify([Object.fromEntries(columns.map(({ name, type }) => [name, duckdbTypes[type]]))]);

export type DuckDbOutboxOptions = DuckDbOptions & {
  readonly martsDataset: string;
  readonly now: () => number;
};

/** The outbox in a DuckDB file. A write is a transaction; the file belongs to one process at a time. */
export class DuckDbOutbox implements Outbox {
  readonly #session: DuckDbSession;
  readonly #options: DuckDbOutboxOptions;
  readonly #sql: OutboxSql;

  private constructor(session: DuckDbSession, options: DuckDbOutboxOptions) {
    this.#session = session;
    this.#options = options;
    const table = (schema: string, name: string): string =>
      [catalog, schema, name].map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
    this.#sql = new OutboxSql({
      mart: table(options.martsDataset, "support_ticket_closed"),
      raw: (name) => table(options.rawDataset, name),
      text: quoted,
      textType: "varchar",
      written: (timestamp) => timestamp,
      timestamp: (epochSeconds) => `make_timestamp(${epochSeconds * 1_000_000})`,
      json: (alias) => `cast(to_json(${alias}) as varchar)`,
    });
  }

  /** Errors: ConfigError when there is no such file, another process holds it, or the mart is not built. */
  static async open(options: DuckDbOutboxOptions): Promise<DuckDbOutbox> {
    await access(options.path).catch(() => {
      throw new ConfigError(`${options.path} does not exist: run \`make sync build\` first, or set DUCKDB_PATH.`);
    });
    // DuckDB puts there what memory has no room for.
    await mkdir(options.stateDirectory, { recursive: true });
    const session = await DuckDbSession.open(options);
    const outbox = new DuckDbOutbox(session, options);
    try {
      const found = await session.rows(
        `select 1 from duckdb_tables() where database_name = '${catalog}' and schema_name = $1 and table_name = 'support_ticket_closed'`,
        [options.martsDataset],
      );
      if (found.length === 0)
        throw new ConfigError(
          `${options.path} has no table ${options.martsDataset}.support_ticket_closed yet: run \`make build\`.`,
        );
      const definitions = columns.map(({ name, type }) => `${name} ${duckdbTypes[type]}`);
      await session.run(`create table if not exists ${outbox.#table} (${definitions.join(", ")})`);
    } catch (error) {
      await outbox.close();
      throw error;
    }
    return outbox;
  }

  async counts(selection: Selection): Promise<OutboxCounts> {
    const rows = await this.#session.rows(this.#sql.counts(selection));
    return countsOf(rows.map(([state, events]) => [state, events]));
  }

  async preview(selection: Selection, rows: number): Promise<readonly TicketPreview[]> {
    const found = await this.#session.rows(this.#sql.preview(selection, rows));
    return found.map(([ticket, entry]) => ({
      ticket: ticketOf(ticket),
      entry: entry === null ? undefined : entryOf(entry),
    }));
  }

  async plan(selection: Selection): Promise<number> {
    const writtenAt = `make_timestamp(${Math.floor(this.#options.now()) * 1000})`;
    const rows = await this.#session.rows(
      `insert into ${this.#table} (${columnNames}) select *, ${writtenAt} from (${this.#sql.plan(selection)})`,
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  async *pending(selection: Selection): AsyncGenerator<readonly PendingTicket[]> {
    const taken = new Set<string>();
    for (let place: PendingPlace | undefined; ; ) {
      const wanted = rowsOfNextPage(selection, taken.size);
      if (wanted <= 0) return;
      const rows = await this.#session.rows(this.#sql.pending(selection, place, wanted));
      const found = rows.map(([ticket, entry]) => ({ ticket: ticketOf(ticket), entry: entryOf(entry) }));
      const last = found.at(-1);
      if (last === undefined) return;
      place = { ...last.ticket, isWaiting: last.entry.state === "waiting" };
      // One that was found to have to wait comes again among those that wait.
      const page = found.filter(({ ticket }) => !taken.has(ticket.event_uuid));
      for (const { ticket } of page) taken.add(ticket.event_uuid);
      if (page.length > 0) yield page;
    }
  }

  async entries(selection: Selection, eventUuids: readonly string[]): Promise<ReadonlyMap<string, OutboxEntry>> {
    if (eventUuids.length === 0) return new Map();
    const rows = await this.#session.rows(this.#sql.entries(selection, eventUuids));
    return new Map(rows.map(([entry]) => entryOf(entry)).map((entry) => [entry.eventUuid, entry]));
  }

  async append(selection: Selection, steps: readonly OutboxEntry[]): Promise<void> {
    if (steps.length === 0) return;
    const rows = steps.map((step) => activationRow(selection, step, this.#options.now()));
    const json = quoted(writeJson(rows));
    await this.#session.transaction([
      `insert into ${this.#table} (${columnNames})
       select ${columnNames} from (select unnest(from_json(cast(${json} as json), ${quoted(rowType)}), recursive := true))`,
    ]);
  }

  async close(): Promise<void> {
    // Closing alone leaves the file open for as long as a result of a query is in memory.
    await this.#session.close(`detach ${catalog}`);
  }

  get #table(): string {
    return `${catalog}."${this.#options.rawDataset.replaceAll('"', '""')}"._activations`;
  }
}
