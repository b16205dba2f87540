// Closed tickets without dbt: a DuckDB file with the mart as its yml defines it, and made-up rows.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { parse } from "yaml";
import type { ClosedTicket } from "../../loader/activate/outbox.ts";
import { uuidV5 } from "../../loader/activate/posthog/event.ts";
import { makeRawWarehouse, type RawRows } from "../dbt/raw-warehouse.ts";
import { Dice } from "../fault/dice.ts";
import { repository } from "../tools/repository.ts";

const ymlPath = join(repository, "models/marts/activation/support_ticket_closed.yml");
const workspaceId = "w1";
const start = Date.parse("2026-01-05T09:00:00Z") / 1000;

/** A row before its hash is known. */
export type NewTicket = Omit<ClosedTicket, "payload_hash">;

/** Makes the file, with the mart and the raw tables. */
export async function makeTicketWarehouse(
  path: string,
  tickets: readonly NewTicket[],
  raw: RawRows = {},
): Promise<void> {
  await makeRawWarehouse(path, raw);
  await withDuckDb(path, (connection) => createMart(connection, tickets));
}

/** Makes the mart in a database that has none. */
export async function createMart(connection: DuckDBConnection, tickets: readonly NewTicket[]): Promise<void> {
  const columns = martColumns().map((column) => column.join(" "));
  await connection.run("create schema intercom");
  await connection.run(`create table intercom.support_ticket_closed (${columns.join(", ")})`);
  await insertTickets(connection, tickets);
}

/** Replaces the mart's rows, as another build does. */
export async function replaceTickets(path: string, tickets: readonly NewTicket[]): Promise<void> {
  await withDuckDb(path, async (connection) => {
    await connection.run("delete from intercom.support_ticket_closed");
    await insertTickets(connection, tickets);
  });
}

async function insertTickets(connection: DuckDBConnection, tickets: readonly NewTicket[]): Promise<void> {
  const types = Object.fromEntries(
    martColumns().map(([name, type]) => [name, type === "varchar[]" ? ["varchar"] : type]),
  );
  const names = martColumns()
    .map(([name]) => name)
    .join(", ");
  await connection.run(
    `insert into intercom.support_ticket_closed (${names}) select ${names}
     from (select unnest(from_json(cast($1 as json), '${JSON.stringify([types])}'), recursive := true))`,
    [JSON.stringify(martRows(tickets))],
  );
}

/** The mart's rows as JSON. The hash changes with every column but PostHog's `distinct_id`. */
export function martRows(tickets: readonly NewTicket[]): readonly Readonly<Record<string, unknown>>[] {
  return tickets.map((row) => ({
    ...row,
    created_at: isoTime(row.created_at),
    closed_at: isoTime(row.closed_at),
    timestamp: isoTime(row.closed_at),
    payload_hash: createHash("md5")
      .update(JSON.stringify({ ...row, distinct_id: null }))
      .digest("hex"),
  }));
}

/** Rows of a query, as JSON. */
export async function rowsOf(path: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  let rows: Readonly<Record<string, unknown>>[] = [];
  await withDuckDb(path, async (connection) => {
    rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  });
  return rows;
}

export async function withDuckDb(path: string, use: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Names and DuckDB types of the mart's columns, from its contract. */
export function martColumns(): readonly (readonly [name: string, type: string])[] {
  const yml: { models: readonly { columns: readonly { name: string; data_type: string }[] }[] } = parse(
    readFileSync(ymlPath, "utf8"),
  );
  return (yml.models[0]?.columns ?? []).map(({ name, data_type: type }) => {
    return [name, type.includes("varchar[]") ? "varchar[]" : type === "string" ? "varchar" : type];
  });
}

/** One ticket. Each is closed a day after the ticket before. */
export function ticket(number: number, changes: Partial<NewTicket> = {}): NewTicket {
  const conversationId = String(1000 + number);
  const closeId = String(9000 + number);
  const createdAt = start + number * 60;
  return {
    event_uuid: uuidV5(`${workspaceId}/${conversationId}/${closeId}`),
    workspace_id: workspaceId,
    close_id: closeId,
    conversation_id: conversationId,
    contact_id: `p${number}`,
    contact_email: `person-${number}@customer-${number % 7}.example.com`,
    company_id: `co${number % 7}`,
    created_at: createdAt,
    closed_at: createdAt + 3600,
    state: "closed",
    tags: number % 3 === 0 ? ["billing", "bug"] : [],
    rating: number % 5 === 0 ? (number % 4) + 1 : null,
    rating_remark: number % 5 === 0 ? 'Said "thanks"\nand left 😀' : null,
    message_count: 2 + (number % 9),
    time_to_first_reply_seconds: number % 4 === 0 ? null : 60 + number,
    time_to_resolution_seconds: 3600,
    first_message_body: `The export hangs (${number})\nEvery day`,
    count_reopens: number % 2,
    channel: "conversation",
    closed_by_kind: "teammate",
    team_name: null,
    topics: [],
    contact_external_id: `user-${number}`,
    contact_name: `Ada Example ${number}`,
    company_external_id: `acme-${number % 7}`,
    company_name: `Acme ${number % 7}`,
    company_plan_name: "pro",
    company_domain: `customer-${number % 7}.example.com`,
    distinct_id: `user-${number}`,
    ...changes,
  };
}

/** So many tickets of a third as many people. Some of the people are unknown to every destination. */
export function manyTickets(count: number, seed: number): readonly NewTicket[] {
  const dice = new Dice(seed);
  return Array.from({ length: count }, (_, number) => {
    const person = dice.below(Math.ceil(count / 3));
    const who = {
      contact_id: `p${person}`,
      contact_email: `person-${person}@customer-${person % 40}.example.com`,
      contact_external_id: `user-${person}`,
      distinct_id: `user-${person}`,
    };
    const kind = dice.below(100);
    if (kind === 0) return ticket(number, { ...who, contact_email: null });
    if (kind === 1) return ticket(number, { ...who, distinct_id: "null" });
    if (kind === 2) return ticket(number, { ...who, distinct_id: null, contact_id: null, contact_email: null });
    return ticket(number, who);
  });
}

function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
