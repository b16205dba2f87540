import type { DuckDBConnection } from "@duckdb/node-api";
import type { FakeAttio } from "../fake/attio/server.ts";
import type { FakePostHog } from "../fake/posthog/server.ts";
import { martsSchema } from "./operation.ts";

/** A close as a destination has it. */
export type Close = { readonly uuid: string; readonly conversationId: string; readonly closedAt: string };

/** In words: what a destination was told twice, or not at all, of the closes that the mart has now. */
export async function toldFaults(
  connection: DuckDBConnection,
  { postHog, attio }: { readonly postHog: FakePostHog; readonly attio: FakeAttio },
): Promise<string[]> {
  const found = await connection.runAndReadAll(
    `select event_uuid, conversation_id, epoch(closed_at), distinct_id is not null, contact_email is not null
     from ${martsSchema}.support_ticket_closed`,
  );
  const rows = found.getRows().map(([uuid, conversationId, closedAt, hasPerson, hasEmail]) => ({
    close: { uuid: String(uuid), conversationId: String(conversationId), closedAt: isoTime(Number(closedAt)) },
    hasPerson: hasPerson === true,
    hasEmail: hasEmail === true,
  }));
  const closes = (isTold: (row: (typeof rows)[number]) => boolean): Close[] =>
    rows.filter(isTold).map(({ close }) => close);
  const dropped = postHog.dropped.map(({ reason }) => `PostHog dropped an event: ${reason}`);
  return [
    ...dropped,
    ...[...postHog.unplanned, ...attio.unplanned].map((request) => `no destination knows ${request}`),
    ...closeFaults(
      "PostHog",
      toldPostHog(postHog),
      closes(({ hasPerson }) => hasPerson),
    ),
    ...closeFaults(
      "Attio",
      toldAttio(attio),
      closes(({ hasEmail }) => hasEmail),
    ),
  ];
}

function toldPostHog(postHog: FakePostHog): Close[] {
  return postHog.events
    .filter(({ event }) => event === "support_ticket_closed")
    .map(({ uuid, timestamp, properties }) => ({
      uuid,
      conversationId: String(properties["conversation_id"]),
      closedAt: isoTime(Date.parse(timestamp) / 1000),
    }));
}

function toldAttio(attio: FakeAttio): Close[] {
  const records = attio.workspace.collection("objects", "support_tickets").records.values();
  return [...records].map(({ values }) => ({
    uuid: String(values.get("ticket_key")?.[0]),
    conversationId: String(values.get("conversation_id")?.[0]),
    closedAt: isoTime(Date.parse(String(values.get("closed_at")?.[0])) / 1000),
  }));
}

/** In words, what one destination was told twice, or not at all. */
export function closeFaults(name: string, told: readonly Close[], closes: readonly Close[]): string[] {
  const byUuid = Map.groupBy(told, ({ uuid }) => uuid);
  const byClose = Map.groupBy(told, keyOf);
  const twice = [...byUuid.values(), ...byClose.values()].filter((each) => each.length > 1);
  const missing = closes.filter((close) => byClose.get(keyOf(close)) === undefined);
  return [
    ...twice.map(([close]) => `${name} was told twice of ${close === undefined ? "" : keyOf(close)}`),
    ...missing.map((close) => `${name} was not told of ${keyOf(close)}`),
  ];
}

function keyOf({ conversationId, closedAt }: Close): string {
  return `the close of ${conversationId} at ${closedAt}`;
}

function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
