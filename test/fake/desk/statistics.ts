// Intercom's `statistics` of a conversation, by its documentation: durations to replies and closes have the hours
// outside the workspace's default office hours subtracted; `first_*`, counts of reopenings and of assignments begin at
// the contact's first message; bots and the AI agent are not "admin" replies; the opening counts as a part.
import { type JsonText, json } from "../json-text.ts";
import type { OfficeCalendar } from "./office-hours.ts";
import type { PartDraft } from "./part-draft.ts";
import { DEFAULT_CALENDAR, teamOf } from "./people.ts";
import type { Snapshot } from "./snapshot.ts";

interface Span {
  readonly from: number;
  readonly to: number;
}

/** `pauses` of whoever handled it, in epoch seconds; null: nobody measures them. */
export function renderStatistics(
  snapshot: Snapshot,
  calendar: OfficeCalendar = DEFAULT_CALENDAR,
  pauses: readonly Span[] | null = null,
): JsonText {
  const { parts, createdAt, opened } = snapshot;
  const isReply = (part: PartDraft): boolean => part.isMessage && part.actor.kind === "teammate";
  const isContact = (part: PartDraft): boolean => part.isMessage && part.actor.kind === "customer";
  const firstContact = opened.actor.kind === "customer" ? createdAt : (parts.find(isContact)?.at ?? null);
  const after = firstContact === null ? [] : parts.filter((part) => part.at >= firstContact);
  const assignments = after.filter((part) => part.assignedTo !== null);
  const firstReply = after.find(isReply);
  const closes = after.filter((part) => part.partType === "close");
  const [firstClose, lastClose] = [closes[0], closes.at(-1)];
  const lastAssignment = assignments.at(-1);
  const assignmentBeforeReply = assignments.findLast((part) => firstReply === undefined || part.at <= firstReply.at);
  // A close without a part is on record all the same, where it is told at all.
  const lastCloseAt = maxOf(lastClose?.at, firstContact === null ? null : snapshot.closedUnseenAt);
  const inOffice = (at: number | undefined): number | null =>
    at === undefined || firstContact === null ? null : calendar.secondsBetween(firstContact, at);
  const team = teamOf(snapshot.teamId ?? "");
  const response = (seconds: number | null): readonly JsonText[] =>
    team === undefined || seconds === null
      ? []
      : [json`{"team_id": ${Number(team.id)}, "team_name": ${team.name}, "response_time": ${seconds}}`];
  const handling =
    lastClose === undefined || assignments[0] === undefined ? null : Math.max(0, lastClose.at - assignments[0].at);
  return json`{
    "type": "conversation_statistics",
    "time_to_assignment": ${assignmentBeforeReply === undefined ? null : assignmentBeforeReply.at - createdAt},
    "time_to_admin_reply": ${inOffice(firstReply?.at)},
    "time_to_first_close": ${inOffice(firstClose?.at)},
    "time_to_last_close": ${inOffice(lastCloseAt ?? undefined)},
    "median_time_to_reply": ${medianReply(snapshot, calendar)},
    "first_contact_reply_at": ${firstContact},
    "first_assignment_at": ${assignments[0]?.at ?? null},
    "first_admin_reply_at": ${firstReply?.at ?? null},
    "first_close_at": ${firstClose?.at ?? null},
    "last_assignment_at": ${lastAssignment?.at ?? null},
    "last_assignment_admin_reply_at": ${
      lastAssignment === undefined
        ? null
        : (after.find((part) => isReply(part) && part.at >= lastAssignment.at)?.at ?? null)
    },
    "last_contact_reply_at": ${parts.findLast(isContact)?.at ?? firstContact},
    "last_admin_reply_at": ${parts.findLast(isReply)?.at ?? null},
    "last_close_at": ${lastCloseAt},
    "last_closed_by_id": ${lastCloseAt === lastClose?.at ? (lastClose?.actor.id ?? null) : null},
    "count_reopens": ${countReopens(after)},
    "count_assignments": ${assignments.length},
    "count_conversation_parts": ${parts.length + 1},
    "assigned_team_first_response_time": ${response(firstReply === undefined ? null : firstReply.at - createdAt)},
    "assigned_team_first_response_time_in_office_hours": ${response(inOffice(firstReply?.at))},
    "handling_time": ${handling},
    "adjusted_handling_time": ${handling === null || pauses === null ? null : Math.max(0, handling - secondsOf(pauses))}
  }`;
}

function secondsOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

function maxOf(...instants: readonly (number | null | undefined)[]): number | null {
  const known = instants.filter((at) => typeof at === "number");
  return known.length === 0 ? null : Math.max(...known);
}

/** Times from a contact's first unanswered message to the teammate's answer, the middle one (the lower of two). */
function medianReply(snapshot: Snapshot, calendar: OfficeCalendar): number | null {
  let waiting = snapshot.opened.actor.kind === "customer" ? snapshot.createdAt : null;
  const times: number[] = [];
  for (const part of snapshot.parts) {
    if (!part.isMessage) continue;
    if (part.actor.kind === "customer") waiting ??= part.at;
    else if (part.actor.kind === "teammate" && waiting !== null) {
      times.push(calendar.secondsBetween(waiting, part.at));
      waiting = null;
    }
  }
  return times.sort((a, b) => a - b)[(times.length - 1) >> 1] ?? null;
}

function countReopens(parts: readonly PartDraft[]): number {
  let count = 0;
  let state: PartDraft["state"] = "open";
  for (const part of parts) {
    if (state === "closed" && part.state === "open") count++;
    state = part.state;
  }
  return count;
}
