import { compareRows, describeDifferences } from "../compare.ts";
import { type Marts, rowsOf } from "../mart.ts";
import { ageBandBefore, firstMessageBefore, turnBefore } from "./backlog-class.ts";
import { isPartlyUnseen } from "./first-reply.ts";
import { isoTime } from "./log.ts";
import { type MetricsQuestion, type MetricsRow, metricsRow } from "./metrics.ts";
import { seenParts } from "./seen-parts.ts";
import { lastStates } from "./states.ts";
import { stretchesOf } from "./stretches.ts";
import { type ThreadEntry, threadOf } from "./thread.ts";

const day = 86_400;
const ever = Number.POSITIVE_INFINITY;

/** What `support_now` takes over from `conversation_metrics`, which has a reference of its own: its name there, and here. */
const takenOver: Readonly<Record<string, string>> = {
  conversation_id: "conversation_id",
  workspace_id: "workspace_id",
  contact_id: "contact_id",
  company_id: "company_id",
  assigned_team_id: "assigned_team_id",
  assigned_teammate_id: "assigned_teammate_id",
  url: "url",
  title: "title",
  subject: "subject",
  contact_name: "contact_name",
  contact_email: "contact_email",
  company_name: "company_name",
  assigned_team_name: "assigned_team_name",
  assigned_teammate_name: "assigned_teammate_name",
  channel: "channel",
  tags: "tags",
  priority: "priority",
  sla_name: "sla_name",
  sla_status: "sla_status",
  open_wait_seconds: "open_wait_seconds",
  open_wait_office_seconds: "open_wait_office_seconds",
  open_wait_since_at: "open_wait_since_at",
  created_at: "created_at",
  last_event_at: "idle_since_at",
};

/** One row of `support_now`, in all of its columns. */
type NowRow = MetricsRow;

/** An open conversation as of the last sync, from the event log; null when it is not open. */
export function nowRow(question: MetricsQuestion, id: string): NowRow | null {
  const { truth, syncedAt, asOf, officeHoursOf } = question;
  const metrics = metricsRow(question, id);
  const events = truth.events(id) ?? [];
  const opened = events.find((event) => event.kind === "opened");
  if (opened === undefined || metrics?.["state"] !== "open") return null;
  const seen = seenParts(events, syncedAt);
  const thread = threadOf(events, opened, seen);
  const { teamId, teammateId } = lastStates(events);
  const wroteAt = firstMessageBefore(thread, ever);
  const lastMessage = thread.findLast(({ isMessage }) => isMessage);
  const lastAt = thread.at(-1)?.at ?? opened.at;
  const measuredTo = stretchesOf(events, thread, seen).open.at(-1)?.to ?? lastAt;
  const running = Math.max(0, asOf - measuredTo);
  const runningInHours = running === 0 ? 0 : officeHoursOf(teamId).secondsBetween(measuredTo, asOf);
  const openOffice = metrics["open_office_seconds"];
  return {
    ...Object.fromEntries(Object.entries(takenOver).map(([theirs, ours]) => [ours, metrics[theirs] ?? null])),
    conversation_id: id,
    whose_turn: whoseTurn(thread, wroteAt),
    last_message_by: lastMessage === undefined ? null : kindOf(lastMessage),
    last_message_at: lastMessage === undefined ? null : isoTime(lastMessage.at),
    age_band: ageBandBefore(thread, (Math.floor(asOf / day) + 1) * day),
    age_seconds: wroteAt === null ? null : Math.max(0, asOf - wroteAt),
    idle_seconds: Math.max(0, asOf - lastAt),
    open_seconds: typeof metrics["open_seconds"] === "number" ? metrics["open_seconds"] + running : null,
    open_office_seconds: typeof openOffice === "number" && runningInHours !== null ? openOffice + runningInHours : null,
    is_unassigned: teamId === null && teammateId === null,
    is_unreplied: metrics["first_reply_at"] === null ? isUnreplied(thread, wroteAt, isPartlyUnseen(seen)) : false,
    is_outbound_unanswered: wroteAt === null,
    data_as_of_at: isoTime(asOf),
  };
}

/** Compares `support_now` with the event log, in every column; says in words what differs, null when nothing does. */
export async function nowDifferences(
  marts: Marts,
  question: MetricsQuestion,
  selected: (column: string) => string,
): Promise<string | null> {
  const open = [...question.truth.conversationIds()].filter((id) => nowRow(question, id) !== null);
  const [example] = open;
  if (example === undefined) throw new Error("no conversation is open");
  const columns = Object.keys(nowRow(question, example) ?? {});
  const described = await marts.connection.runAndReadAll(
    `select column_name from (describe ${marts.schema}.support_now)`,
  );
  const unreferenced = described
    .getRows()
    .map(String)
    .filter((column) => !columns.includes(column));
  if (unreferenced.length > 0) throw new Error(`support_now has columns without a reference: ${unreferenced}`);
  const comparison = await compareRows<NowRow>({
    actual: rowsOf<NowRow>(marts, "support_now", columns.map(selected).join(", "), "conversation_id"),
    keyOf: (row) => row.conversation_id,
    expectedRow: (id) => nowRow(question, id),
    expectedKeys: open,
    columns,
  });
  return describeDifferences(comparison);
}

function whoseTurn(thread: readonly ThreadEntry[], wroteAt: number | null): string | null {
  if (wroteAt === null) return "customer";
  const side = turnBefore(thread, ever);
  return side === "team" ? "us" : side;
}

function isUnreplied(thread: readonly ThreadEntry[], wroteAt: number | null, isUnknown: boolean): boolean | null {
  if (wroteAt === null) return false;
  const spoken = thread.findIndex(({ actor, isMessage, isOpening }) => {
    return actor.kind === "customer" && (isMessage || isOpening);
  });
  const isAnswered = thread.slice(spoken + 1).some(({ actor, isMessage }) => actor.kind === "teammate" && isMessage);
  if (isAnswered) return false;
  return isUnknown ? null : true;
}

function kindOf({ actor }: ThreadEntry): string {
  return actor.kind === "customer" || actor.kind === "teammate" ? actor.kind : "bot";
}
