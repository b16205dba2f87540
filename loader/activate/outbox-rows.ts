import { z } from "zod";
import type { ClosedTicket, OutboxCounts, OutboxEntry, Selection } from "./outbox.ts";
import type { ActivationRow } from "./outbox-store.ts";

/** BigQuery gives epoch seconds; DuckDB gives `2026-01-01 00:00:00`, which is UTC. */
const instant = z.union([
  z.number(),
  z.string().transform((value) => Math.floor(Date.parse(`${value.replace(" ", "T")}Z`) / 1000)),
]);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
/** BigQuery gives a number beyond 2^53 as a text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const optionalNumber = number.nullish().transform((value) => value ?? null);

const ticketSchema = z.object({
  event_uuid: z.string(),
  workspace_id: z.string(),
  close_id: z.string(),
  conversation_id: z.string(),
  contact_id: optionalText,
  contact_email: optionalText,
  company_id: optionalText,
  created_at: instant,
  closed_at: instant,
  state: z.string(),
  tags: z.array(z.string()),
  rating: optionalNumber,
  rating_remark: optionalText,
  message_count: number,
  time_to_first_reply_seconds: optionalNumber,
  time_to_resolution_seconds: number,
  first_message_body: optionalText,
  count_reopens: optionalNumber,
  channel: optionalText,
  closed_by_kind: optionalText,
  team_name: optionalText,
  topics: z.array(z.string()),
  contact_external_id: optionalText,
  contact_name: optionalText,
  company_external_id: optionalText,
  company_name: optionalText,
  company_plan_name: optionalText,
  company_domain: optionalText,
  distinct_id: optionalText,
  payload_hash: z.string(),
});

const entrySchema = z
  .object({
    event_uuid: z.string(),
    step: number,
    state: z.enum(["planned", "sent", "confirmed", "waiting", "rejected"]),
    conversation_id: optionalText,
    distinct_id: optionalText,
    event_at: instant,
    payload_hash: z.string(),
    sent_id: optionalText,
    reason: optionalText,
    _workspace_id: z.string(),
  })
  .transform(
    (row): OutboxEntry => ({
      eventUuid: row.event_uuid,
      step: row.step,
      state: row.state,
      workspaceId: row._workspace_id,
      conversationId: row.conversation_id,
      distinctId: row.distinct_id,
      eventAt: row.event_at,
      payloadHash: row.payload_hash,
      sentId: row.sent_id,
      reason: row.reason,
    }),
  );

/** A row of the mart, from the JSON text of `SqlDialect.rowJson`. Errors: ZodError when the mart does not keep its contract. */
export function ticketOf(json: unknown): ClosedTicket {
  return ticketSchema.parse(JSON.parse(String(json)));
}

/** A step, from the JSON text of `SqlDialect.rowJson`. Errors: ZodError. */
export function entryOf(json: unknown): OutboxEntry {
  return entrySchema.parse(JSON.parse(String(json)));
}

/** Rows of the query `counts`. */
export function countsOf(rows: readonly (readonly [state: unknown, events: unknown])[]): OutboxCounts {
  const counts = { new: 0, changed: 0, planned: 0, sent: 0, confirmed: 0, waiting: 0, rejected: 0, unanswered: 0 };
  for (const [state, events] of rows) Object.assign(counts, { [String(state)]: Number(events) });
  return counts;
}

/** A step as a row of `_activations`. */
export function activationRow({ destination, target }: Selection, step: OutboxEntry): ActivationRow {
  return {
    destination,
    target,
    event_uuid: step.eventUuid,
    step: step.step,
    state: step.state,
    conversation_id: step.conversationId,
    distinct_id: step.distinctId,
    event_at: new Date(step.eventAt * 1000).toISOString(),
    payload_hash: step.payloadHash,
    sent_id: step.sentId,
    reason: step.reason,
    _workspace_id: step.workspaceId,
  };
}
