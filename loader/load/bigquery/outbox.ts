import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BigQuery } from "@google-cloud/bigquery";
import {
  type Outbox,
  type OutboxCounts,
  type OutboxEntry,
  type PendingTicket,
  pageRows,
  type Selection,
  type TicketPreview,
} from "../../activate/outbox.ts";
import { activationRow, countsOf, entryOf, OutboxSql, ticketOf } from "../../activate/outbox-sql.ts";
import type { Effects } from "../../effects.ts";
import { ConfigError, messageOf, WarehouseError } from "../../errors.ts";
import { writeJson } from "../../json.ts";
import { datasetIdentity } from "../../run-owner.ts";
import type { RawRow } from "../raw-tables.ts";
import { Spool } from "../spool.ts";
import { type BigQueryConnection, costLabels, openBigQuery, retrying } from "./client.ts";
import { actionOf, asFatalError } from "./errors.ts";
import { LoadJobs } from "./jobs.ts";
import { RunLock } from "./lock.ts";
import { prepareTables } from "./tables.ts";

export type BigQueryOutboxOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly martsDataset: string;
  readonly stateDirectory: string;
  readonly effects: Effects;
  readonly runId: string;
};

type ResultRow = Readonly<Record<string, unknown>>;

/**
 * The outbox in BigQuery. Steps are appended by load jobs, each whole or not at all, whose ids follow from their content:
 * one job for all that a run plans, one a page of 1,000 rows (which are marked as sent together, with what became of the
 * page before), and one at the end. A table takes 1,500 jobs a day. The run lock keeps other runs out.
 */
export class BigQueryOutbox implements Outbox {
  readonly #client: BigQuery;
  readonly #options: BigQueryOutboxOptions;
  readonly #sql: OutboxSql;
  readonly #jobs: LoadJobs;
  readonly #lock: RunLock;
  readonly #spool: Spool;
  readonly #directory: string;
  #files = 0;

  private constructor(client: BigQuery, options: BigQueryOutboxOptions, jobs: LoadJobs, lock: RunLock, spool: Spool) {
    this.#client = client;
    this.#options = options;
    this.#jobs = jobs;
    this.#lock = lock;
    this.#spool = spool;
    this.#directory = join(options.stateDirectory, "spool", options.runId);
    this.#sql = bigQueryOutboxSql(options);
  }

  /** Makes what is missing and takes the run lock. Errors: ConfigError when another run has it; WarehouseError. */
  static async open(options: BigQueryOutboxOptions): Promise<BigQueryOutbox> {
    const { connection, rawDataset: datasetName, stateDirectory, effects, runId } = options;
    const client = await openBigQuery(connection);
    const { dataset, location } = await prepareTables(client, connection, datasetName, effects);
    const loadedAt = new Date(effects.now()).toISOString();
    const identity = datasetIdentity(connection, datasetName);
    const spool = await Spool.open(stateDirectory, { workspaceId: "", runId, loadedAt }, identity);
    let lock: RunLock | undefined;
    try {
      lock = await RunLock.take({ client, connection, datasetName, effects }, runId);
      await spool.removeEnded();
      const isCompressed = connection.emulatorHost === undefined;
      const jobs = new LoadJobs({ client, dataset, location, project: connection.project, effects, isCompressed });
      return new BigQueryOutbox(client, options, jobs, lock, spool);
    } catch (error) {
      await lock?.release();
      await spool.remove();
      throw error;
    }
  }

  async counts(selection: Selection): Promise<OutboxCounts> {
    const rows = await this.#rows(this.#sql.counts(selection), "count the closed tickets");
    return countsOf(rows.map((row) => [row["state"], row["events"]]));
  }

  async preview(selection: Selection, rows: number): Promise<readonly TicketPreview[]> {
    const found = await this.#rows(this.#sql.preview(selection, rows), "read the closed tickets");
    return found.map(({ ticket, entry }) => ({
      ticket: ticketOf(ticket),
      entry: entry === null ? undefined : entryOf(entry),
    }));
  }

  async plan(selection: Selection): Promise<number> {
    const { effects } = this.#options;
    const found = await this.#rows(this.#sql.plan(selection), "plan what is to be sent");
    const writtenAt = new Date(effects.now()).toISOString();
    await this.#load(found.map((row) => ({ ...row, step: Number(row["step"]), _loaded_at: writtenAt })));
    return found.length;
  }

  /** Read once, page by page: what happens meanwhile does not move it. */
  async *pending(selection: Selection): AsyncGenerator<readonly PendingTicket[]> {
    const { connection } = this.#options;
    const stream = this.#client.createQueryStream(
      this.#query(this.#sql.pending(selection, undefined, selection.limit)),
    );
    let page: PendingTicket[] = [];
    try {
      for await (const row of stream) {
        page.push({ ticket: ticketOf(row.ticket), entry: entryOf(row.entry) });
        if (page.length < pageRows) continue;
        yield page;
        page = [];
      }
    } catch (error) {
      throw asFatalError(error, { doing: "read the closed tickets", ...connection });
    }
    if (page.length > 0) yield page;
  }

  async entries(selection: Selection, eventUuids: readonly string[]): Promise<ReadonlyMap<string, OutboxEntry>> {
    if (eventUuids.length === 0) return new Map();
    const rows = await this.#rows(this.#sql.entries(selection, eventUuids), "read the activations");
    return new Map(rows.map(({ entry }) => entryOf(entry)).map((entry) => [entry.eventUuid, entry]));
  }

  async append(selection: Selection, steps: readonly OutboxEntry[]): Promise<void> {
    await this.#lock.check();
    await this.#load(steps.map((step) => activationRow(selection, step, this.#options.effects.now())));
  }

  async close(): Promise<void> {
    await this.#lock.release();
    await this.#spool.remove();
  }

  async #load(rows: readonly RawRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.#files += 1;
    const path = join(this.#directory, `activations-${this.#files}.ndjson`);
    await writeFile(path, rows.map((row) => `${writeJson(row)}\n`).join(""));
    // The id of the job follows from the content: the same steps of another run are other steps.
    const result = await this.#jobs.load(this.#options.runId, { table: "_activations", path, rows: rows.length });
    if (!result.isLoaded)
      throw new WarehouseError(
        "BigQuery refused rows for _activations. Compare the table with its definition by `make doctor`, and run again.",
        { cause: result.problems },
      );
  }

  async #rows(sql: string, doing: string): Promise<readonly ResultRow[]> {
    const { connection, effects, martsDataset } = this.#options;
    return retrying(effects, { doing, ...connection }, async () => {
      try {
        const [rows] = await this.#client.query(this.#query(sql));
        return rows;
      } catch (error) {
        if (actionOf(error) !== "missing" && !/table not found/i.test(messageOf(error))) throw error;
        throw new ConfigError(
          `There is no table ${martsDataset}.support_ticket_closed in project ${connection.project} yet: run \`make build\`.`,
          { cause: error },
        );
      }
    });
  }

  #query(query: string) {
    const { connection } = this.#options;
    return { query, maximumBytesBilled: String(connection.maximumBytesBilled), labels: { ...costLabels } };
  }
}

/** The outbox's queries in GoogleSQL. */
export function bigQueryOutboxSql(
  options: Pick<BigQueryOutboxOptions, "connection" | "rawDataset" | "martsDataset">,
): OutboxSql {
  const { connection, rawDataset, martsDataset } = options;
  return new OutboxSql({
    mart: `\`${connection.project}.${martsDataset}.support_ticket_closed\``,
    raw: (table) => `\`${connection.project}.${rawDataset}.${table}\``,
    text: (value) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`,
    textType: "string",
    // By a load, which takes times as text.
    written: (timestamp) => `format_timestamp('%Y-%m-%dT%H:%M:%SZ', ${timestamp})`,
    timestamp: (epochSeconds) => `timestamp_seconds(${epochSeconds})`,
    json: (alias, instants) => {
      const seconds = instants.map((name) => `unix_seconds(${alias}.${name}) as ${name}`);
      return `to_json_string((select as struct ${alias}.* replace (${seconds.join(", ")})))`;
    },
  });
}
