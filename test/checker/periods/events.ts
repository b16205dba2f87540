import type { ConversationEvent } from "../../fake/desk/events.ts";
import { compareRows, describeDifferences } from "../compare.ts";
import { closingTime, isClosing, isDeleted, isoTime } from "../conversation/log.ts";
import { type MetricsQuestion, type MetricsRow, metricsRow } from "../conversation/metrics.ts";
import { type SeenPart, seenParts } from "../conversation/seen-parts.ts";
import { threadOf } from "../conversation/thread.ts";
import { turnsOf } from "../conversation/turns.ts";
import { type Marts, rowsOf } from "../mart.ts";
import { teamBefore, teamChanges } from "./backlog.ts";

const daySeconds = 86_400;

type Value = string | number | boolean | null;

/** What a row of `support_events` has besides its conversation; each is null where it is not of the event. */
const noDetails = {
  sla_status: null,
  seconds: null,
  office_seconds: null,
  count_replies_to_resolution: null,
  rating: null,
  cx_score: null,
  ai_agent_rating: null,
  is_started_by_customer: null,
  is_rating_answered: null,
  is_first_contact_resolution: null,
  is_ai_agent_participant: null,
  is_ai_agent_answered: null,
  is_ai_agent_deflected: null,
  is_ai_agent_resolved: null,
  is_ai_agent_handed_over: null,
} as const;

type Details = Readonly<Partial<Record<keyof typeof noDetails, Value>>>;

/** One row of `support_events`, in all its columns but those of the build. */
export type EventRow = {
  readonly conversation_id: string;
  readonly workspace_id: string;
  readonly company_id: Value;
  readonly team_id: string;
  readonly teammate_id: Value;
  readonly event: string;
  readonly event_number: number;
  readonly channel: string;
  readonly happened_at: string;
  readonly day: string;
} & Readonly<Record<keyof typeof noDetails, Value>>;

type Happened = {
  readonly event: string;
  /** ISO 8601 in UTC. */
  readonly at: Value | undefined;
  readonly number?: number;
  readonly teammateId?: Value | undefined;
  readonly details?: Details;
};

/** In words, where `support_events` differs from the event log; null when it does not. */
export async function eventDifferences(marts: Marts, events: readonly EventRow[]): Promise<string | null> {
  const expected = new Map(events.map((row) => [keyOf(row), row]));
  const [first] = events;
  if (first === undefined) throw new Error("the world has no events");
  const columns = Object.keys(first) as (keyof EventRow & string)[];
  const selected = columns.map((column) => {
    if (column === "day") return "day::varchar as day";
    return column.endsWith("_at") ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : column;
  });
  const comparison = await compareRows<EventRow>({
    actual: rowsOf<EventRow>(marts, "support_events", selected.join(", "), "conversation_id, event, event_number"),
    keyOf,
    expectedRow: (key) => expected.get(key) ?? null,
    expectedKeys: expected.keys(),
    columns,
  });
  return describeDifferences(comparison);
}

function keyOf({ conversation_id, event, event_number }: EventRow): string {
  return `${conversation_id} ${event} ${event_number}`;
}

/** What happened in a conversation that the figures of a period count, by the event log; nothing when it is deleted. */
export function eventRows(question: MetricsQuestion, id: string): EventRow[] {
  const events = question.truth.events(id);
  const row = metricsRow(question, id);
  if (events === null || row === null || isDeleted(events)) return [];
  const teams = teamChanges(events);
  const happened = [
    ...answersAndRatings(question, events, row),
    ...(row["is_merged_away"] === true ? [] : [...ofTheConversation(row), ...changesOfState(question, events)]),
  ];
  return happened.flatMap(({ event, at, number = 1, teammateId = null, details = {} }) => {
    if (typeof at !== "string") return [];
    const endOfDay = (Math.floor(Date.parse(at) / 1000 / daySeconds) + 1) * daySeconds;
    return {
      conversation_id: id,
      workspace_id: question.workspaceId,
      company_id: row["company_id"] as Value,
      team_id: teamBefore(teams, endOfDay),
      teammate_id: teammateId,
      event,
      event_number: number,
      channel: String(row["channel"] ?? "unknown"),
      ...noDetails,
      ...details,
      happened_at: at,
      day: at.slice(0, 10),
    };
  });
}

/** What people did counts in a conversation that was merged away, too. */
function answersAndRatings(
  { syncedAt, officeHoursOf }: MetricsQuestion,
  events: readonly ConversationEvent[],
  row: MetricsRow,
): Happened[] {
  const hours = officeHoursOf(row["assigned_team_id"] as string | null);
  const { teamTurns } = turnsOf(threadOf(events, openingOf(events), seenParts(events, syncedAt)));
  const answered = teamTurns.filter(({ isReply }) => isReply);
  return [
    ...answered.map(({ from, to, endedBy }, index): Happened => {
      const details = { seconds: to - from, office_seconds: hours.secondsBetween(from, to) };
      return { event: "reply", at: isoTime(to), number: index + 1, teammateId: endedBy.actor.id, details };
    }),
    {
      event: "rating",
      at: value(row, "rating_answered_at"),
      teammateId: value(row, "rating_teammate_id"),
      details: pick(row, ["rating"]),
    },
    {
      event: "rating_requested",
      at: value(row, "rating_requested_at"),
      teammateId: value(row, "rating_teammate_id"),
      details: { is_rating_answered: value(row, "rating") !== null },
    },
  ];
}

function ofTheConversation(row: MetricsRow): Happened[] {
  const duration = (name: string): Details => ({
    seconds: value(row, `${name}_seconds`),
    office_seconds: value(row, `${name}_office_seconds`),
  });
  const flags = ["participant", "answered", "deflected", "resolved", "handed_over"] as const;
  return [
    {
      event: "created",
      at: value(row, "created_at"),
      details: { is_started_by_customer: row["started_by"] === "customer" },
    },
    {
      event: "new",
      at: value(row, "first_customer_message_at"),
      details: pick(row, [
        "sla_status",
        "cx_score",
        "ai_agent_rating",
        ...flags.map((flag) => `is_ai_agent_${flag}` as const),
      ]),
    },
    {
      event: "first_reply",
      at: value(row, "first_reply_at"),
      teammateId: value(row, "first_reply_teammate_id"),
      details: duration("time_to_first_reply"),
    },
    {
      event: "resolution",
      at: value(row, "closed_at"),
      teammateId: row["closed_by_kind"] === "teammate" ? value(row, "closed_by_id") : null,
      details: {
        ...duration("time_to_resolution_after_customer"),
        ...pick(row, ["count_replies_to_resolution", "is_first_contact_resolution"]),
      },
    },
  ];
}

/** Openings, reopenings and closes; a repeated close changes nothing. */
function changesOfState({ syncedAt }: MetricsQuestion, events: readonly ConversationEvent[]): Happened[] {
  const seen = seenParts(events, syncedAt);
  const changes: Happened[] = [];
  let number = 0;
  let isOpen = false;
  for (const event of events) {
    if (event.kind === "opened" || event.kind === "reopened") {
      number += 1;
      isOpen = true;
      changes.push({ event: event.kind, at: isoTime(event.at), number });
    }
    // What was merged away counts again once it is reopened: the merge closed it.
    if (!isClosing(event) || !isOpen) continue;
    isOpen = false;
    changes.push({
      event: "closed",
      at: isoTime(closingTime(event, events, seen)),
      number,
      teammateId: event.kind === "closed" ? closer(event, seen) : null,
    });
  }
  return changes;
}

function closer(
  event: Extract<ConversationEvent, { kind: "closed" }>,
  seen: ReadonlyMap<string, SeenPart>,
): string | null {
  return event.actor.kind === "teammate" && seen.has(event.partId) ? event.actor.id : null;
}

function openingOf(events: readonly ConversationEvent[]): Extract<ConversationEvent, { kind: "opened" }> {
  const opened = events.find((event) => event.kind === "opened");
  if (opened === undefined) throw new Error("the log of a conversation has no opening");
  return opened;
}

function value(row: MetricsRow, column: string): Value {
  const found = row[column];
  if (found === undefined || (typeof found === "object" && found !== null))
    throw new Error(`the reference of conversation_metrics has no single ${column}`);
  return found;
}

function pick(row: MetricsRow, columns: readonly (keyof typeof noDetails)[]): Details {
  return Object.fromEntries(columns.map((column) => [column, value(row, column)]));
}
