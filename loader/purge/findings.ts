import { ruleOf } from "./ages-sql.ts";
import type { Named } from "./plan-sql.ts";
import type { ToldEvent } from "./remains.ts";
import type { PurgeReport, PurgeSizes } from "./report.ts";
import type { PurgeSql } from "./sql.ts";
import type { PurgeStore } from "./store.ts";

/** The warehouse that is purged, and the statements for it. */
export type Purged = { readonly store: PurgeStore; readonly sql: PurgeSql };

/** How much the preview plans. */
export async function sizesOf({ store, sql }: Purged, { conversations: named, age }: Named): Promise<PurgeSizes> {
  const rows = await store.rows(sql.sizes(store.preview));
  const size = (kind: string, isAlive?: boolean, rule?: string): number =>
    rows
      .filter((row) => row[0] === kind && (isAlive === undefined || (String(row[1]) === "true") === isAlive))
      .filter((row) => rule === undefined || row[2] === rule)
      .reduce((sum, row) => sum + Number(row[3]), 0);
  const isKept = age !== undefined && age.keeps !== "nothing";
  const old = (kind: "conversation" | "ticket"): number =>
    age === undefined ? 0 : size(isKept ? `kept ${kind}` : kind, true, ruleOf(age));
  const contacts = size("contact");
  const shared = contacts === 0 ? [] : await store.rows(sql.findings.shared(store.preview));
  const byId = named.length === 0 ? [] : await store.rows(sql.findings.named(store.preview, named));
  const namedConversations = Number(byId[0]?.[0] ?? 0);
  return {
    deletedConversations: size("conversation", false),
    aliveConversations: size("conversation", true) - namedConversations - (isKept ? 0 : old("conversation")),
    namedConversations,
    old: { days: age?.days, isKept, conversations: old("conversation"), tickets: old("ticket") },
    sharedConversations: Number(shared[0]?.[0] ?? 0),
    contacts,
    aliveContacts: size("contact", true),
    tickets: size("ticket"),
    aliveTickets: size("ticket", true),
  };
}

export async function toldEvents({ store, sql }: Purged): Promise<readonly ToldEvent[]> {
  const rows = await store.rows(sql.told(store.preview));
  const optional = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  return rows.map(([destination, target, eventUuid, distinctId, sentId, isOld]) => ({
    destination: destination === "attio" ? "attio" : "posthog",
    target: String(target),
    eventUuid: String(eventUuid),
    distinctId: optional(distinctId),
    sentId: optional(sentId),
    isByAge: Number(isOld) === 1,
  }));
}

export async function notFoundOf({ store, sql }: Purged): Promise<readonly string[]> {
  const rows = await store.rows(sql.findings.notFound(store.preview));
  return rows.map(([id]) => String(id));
}

export async function ticketsNotFoundOf({ store, sql }: Purged): Promise<readonly string[]> {
  const rows = await store.rows(sql.findings.ticketsNotFound(store.preview));
  return rows.map(([id]) => String(id));
}

export async function mentionsOf({ store, sql }: Purged): Promise<PurgeReport["mentions"]> {
  const rows = await store.rows(sql.findings.mentions(store.preview));
  return rows.map(([table, id]) => ({ table: String(table), id: String(id) }));
}

export async function addressesOf({ store, sql }: Purged): Promise<PurgeReport["addresses"]> {
  const rows = await store.rows(sql.findings.addresses(store.preview));
  return rows.map(([address, contacts]) => ({ address: String(address), contacts: Number(contacts) }));
}
