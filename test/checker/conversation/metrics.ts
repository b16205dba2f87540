import type { Actor, ConversationContact, ConversationEvent, OpenedEvent, WorldTruth } from "../../fake/desk/events.ts";
import { middleAndLongest, type OfficeHours, type SpanColumns, spanColumns, total } from "../metric-spans.ts";
import { dayColumns } from "../periods/reporting-days.ts";
import { ticketNamed } from "../tickets/log.ts";
import { aiColumns } from "./ai-agent.ts";
import { earlierRatingColumns } from "./earlier-ratings.ts";
import { firstReply, isPartlyUnseen } from "./first-reply.ts";
import { type Directory, handlingColumns, nameColumns, passedOnColumns } from "./labels.ts";
import { isDeleted, isoTime, lastClosing, mergedAway, partIds } from "./log.ts";
import { tagNames } from "./normalized-row.ts";
import { closeColumns, touchColumns } from "./resolution.ts";
import { seenParts } from "./seen-parts.ts";
import { lastStates } from "./states.ts";
import { stretchesOf } from "./stretches.ts";
import { firstOf, lastOf, type ThreadEntry, threadOf } from "./thread.ts";
import { turnsOf } from "./turns.ts";

export type MetricsQuestion = {
  readonly workspaceId: string;
  readonly truth: WorldTruth;
  readonly directory: Directory;
  /** Moments (epoch seconds, ascending) at which the warehouse was synced. */
  readonly syncedAt: readonly number[];
  /** Until when the data are known, in epoch seconds: what waits, waits until then. */
  readonly asOf: number;
  readonly officeHoursOf: (teamId: string | null) => OfficeHours;
};

/** One row of `conversation_metrics`, in all of its columns. */
export type MetricsRow = { readonly conversation_id: string } & Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;

/**
 * The metrics of a conversation by their definitions, from the event log alone; only names and what is passed on as Intercom
 * has it come from Intercom's answers. Times are ISO 8601 in UTC, durations seconds. Null when it does not exist or is deleted.
 */
export function metricsRow(question: MetricsQuestion, id: string): MetricsRow | null {
  const { workspaceId, truth, directory, syncedAt, asOf, officeHoursOf } = question;
  const events = truth.events(id);
  if (events === null || isDeleted(events)) return null;
  const opened = openingOf(events, id);
  const seen = seenParts(events, syncedAt);
  const thread = threadOf(events, opened, seen);
  const states = lastStates(events);
  const hours = officeHoursOf(states.teamId);
  const turns = turnsOf(thread);
  const merge = mergedAway(truth, events);
  const stretches = stretchesOf(events, thread, seen);
  const isByCustomer = opened.actor.kind === "customer";

  const after = thread.slice(1);
  const messages = thread.filter((entry) => entry.isMessage);
  const customerMessages = thread.filter((entry) => isBy(entry, "customer") && (entry.isMessage || entry.isOpening));
  const replies = after.filter((entry) => entry.isMessage && isBy(entry, "teammate"));
  const botReplies = after.filter((entry) => entry.isMessage && isByBot(entry.actor));
  const firstCustomerMessage = firstOf(customerMessages);
  const spoken = firstCustomerMessage === undefined ? thread.length : thread.indexOf(firstCustomerMessage);
  const replyAfterCustomer = firstOf(replies.filter((entry) => thread.indexOf(entry) > spoken));
  const anyReply = firstOf(after.filter((entry) => replies.includes(entry) || botReplies.includes(entry)));
  const isPartial = isPartlyUnseen(seen);
  const reply = isByCustomer ? firstReply(events, seen) : null;
  const written = messages.filter((entry) => isBy(entry, "teammate"));
  const assignments = after.filter((entry) => entry.assignedTo !== null);
  const closes = after.filter((entry) => entry.isClose);
  const closesByTeammates = closes.filter((entry) => isBy(entry, "teammate"));
  const reopens = after.filter((entry) => entry.isReopen);
  const toTeams = assignments.filter(({ assignedTo }) => assignedTo?.kind === "team");
  const teams = toTeams.map(({ assignedTo }) => assignedTo?.id ?? null);
  const toTeammates = assignments.flatMap(({ assignedTo }) => (assignedTo?.kind === "teammate" ? [assignedTo.id] : []));
  const repliers = new Set(replies.map(({ actor }) => actor.id));
  const isSolvedAtOnce = states.state === "closed" && closes.length <= 1 && reopens.length === 0 && repliers.size === 1;
  const closing = lastClosing(events, seen);
  const closedAt = closing?.at ?? null;
  const resolved = {
    isClosed: states.state === "closed",
    isMergedAway: merge !== null,
    isPartial,
    closedAt,
    lastCloseAt: lastOf(closes)?.at ?? null,
    assignments,
    customerMessages,
    replies: turns.replies,
    hours,
  };
  const isAnsweredByHuman = replyAfterCustomer !== undefined || (isPartial && repliers.size > 0);
  const waitsSince = states.state === "closed" ? null : turns.waitsSince;

  const times = (name: string, from: number | undefined, to: number | null | undefined): SpanColumns => {
    return spanColumns(name, from === undefined || to === undefined || to === null ? null : { from, to }, hours);
  };
  const sinceOpening = (name: string, to: number | null | undefined): SpanColumns => times(name, opened.at, to);
  const forCustomers = (at: number | undefined): number | null => (isByCustomer ? (at ?? null) : null);
  const contacts = truth.contactsOf(id);
  const [contact] = contacts;
  const ownCompanyId = truth.companyOf(id);
  const firstTeamId = firstOf(toTeams)?.assignedTo?.id ?? (isPartial ? null : states.teamId);
  const lastTeamId = states.teamId ?? lastOf(toTeams)?.assignedTo?.id ?? null;
  const teammateIds = teammatesIn(thread);
  return {
    conversation_id: id,
    workspace_id: workspaceId,
    contact_id: contact?.contactId ?? null,
    company_id: ownCompanyId ?? contact?.companyIds[0] ?? null,
    assigned_teammate_id: states.teammateId,
    assigned_team_id: states.teamId,
    first_team_id: firstTeamId,
    last_team_id: lastTeamId,
    first_teammate_id: firstOf(written)?.actor.id ?? null,
    last_teammate_id: lastOf(written)?.actor.id ?? null,
    first_reply_teammate_id: reply?.teammateId ?? null,
    first_closed_by_id: firstOf(closes)?.actor.id ?? null,
    last_closed_by_id: lastOf(closes)?.actor.id ?? null,
    closed_by_id: closing?.actor?.id ?? null,
    first_close_teammate_id: firstOf(closesByTeammates)?.actor.id ?? null,
    last_close_teammate_id: lastOf(closesByTeammates)?.actor.id ?? null,
    first_customer_id: firstOf(customerMessages)?.actor.id ?? null,
    last_customer_id: lastOf(customerMessages)?.actor.id ?? null,
    rating_contact_id: states.ratedByContactId,
    rating_teammate_id: states.ratedTeammateId,
    merged_into_conversation_id: merge?.primaryId ?? null,
    office_hours_schedule_id: hours.scheduleId,
    ...ticketNamed(events),
    state: states.state,
    started_by: startedBy(opened.actor),
    source_type: opened.channel,
    ...passedOnColumns(directory, id),
    url: `https://app.intercom.com/a/inbox/${workspaceId}/inbox/conversation/${id}`,
    contact_email: contact?.email ?? null,
    tags: tagNames(truth, id),
    ...nameColumns(directory, {
      companyId: ownCompanyId ?? contact?.companyIds[0] ?? null,
      assignedTeamId: states.teamId,
      assignedTeammateId: states.teammateId,
      contactIds: contacts.map(({ contactId }) => contactId),
      companyIds: companiesOf(ownCompanyId, contacts),
      teammateIds,
      firstTeamId,
      lastTeamId,
    }),
    first_closed_by_kind: kindOf(firstOf(closes)),
    last_closed_by_kind: kindOf(lastOf(closes)),
    closed_by_kind: kindOf(closing),
    priority: states.priority,
    sla_name: states.slaName,
    sla_status: states.slaStatus,
    rating: states.rating,
    ...earlierRatingColumns(events, syncedAt),
    rating_remark: states.ratingRemark,
    ai_agent_resolution_state: states.aiResolution,
    ai_agent_rating: states.aiRating,
    ai_agent_rating_remark: states.aiRatingRemark,
    count_parts: after.length,
    count_messages: messages.length,
    count_customer_messages: messages.filter((entry) => isBy(entry, "customer")).length,
    count_teammate_messages: written.length,
    count_bot_messages: messages.filter((entry) => isByBot(entry.actor)).length,
    count_notes: after.filter((entry) => entry.isNote).length,
    count_replies: turns.replies.length,
    count_assignments: assignments.length,
    count_team_handovers: teams.filter((team, index) => index > 0 && team !== teams[index - 1]).length,
    count_closes: closes.length,
    count_reopens: reopens.length,
    count_teammates: teammateIds.length,
    count_human_repliers: repliers.size,
    count_teams_assigned: new Set([...teams, states.teamId].filter((team) => team !== null)).size,
    count_teammates_assigned: new Set([...toTeammates, states.teammateId].filter((teammate) => teammate !== null)).size,
    count_contacts: contacts.length,
    ...sinceOpening("time_to_first_assignment", firstOf(assignments)?.at),
    ...sinceOpening("time_to_last_assignment", lastOf(assignments)?.at),
    ...sinceOpening("time_to_first_reply", reply?.at),
    ...sinceOpening("time_to_first_bot_reply", forCustomers(firstOf(botReplies)?.at)),
    ...sinceOpening("time_to_first_any_reply", forCustomers(anyReply?.at)),
    ...times("time_to_first_reply_after_customer", firstCustomerMessage?.at, replyAfterCustomer?.at),
    ...middleAndLongest("time_to_reply", isPartial ? [] : turns.replies, hours),
    ...middleAndLongest("time_to_next_reply", isPartial ? [] : turns.replies.slice(1), hours),
    ...sinceOpening("time_to_first_close", firstOf(closes)?.at),
    ...sinceOpening("time_to_last_close", lastOf(closes)?.at),
    ...sinceOpening("time_to_first_teammate_close", firstOf(closesByTeammates)?.at),
    ...sinceOpening("time_to_last_teammate_close", lastOf(closesByTeammates)?.at),
    ...sinceOpening("time_to_resolution", closedAt),
    ...closeColumns(resolved),
    ...total("waiting_for_team", isPartial ? null : turns.teamTurns, hours),
    ...total("waiting_for_customer", isPartial ? null : turns.customerTurns, hours),
    ...total("open", isPartial ? null : stretches.open, hours),
    ...total("snoozed", isPartial ? null : stretches.snoozed, hours),
    ...total("unassigned", isPartial ? null : stretches.unassigned, hours),
    ...handlingColumns(directory, id),
    ...times("open_wait", waitsSince ?? undefined, asOf),
    is_merged_away: merge !== null,
    is_first_contact_resolution: isPartial ? null : isSolvedAtOnce && merge === null,
    is_read: states.waitingSince === null,
    ...touchColumns(resolved),
    ...aiColumns({ resolution: states.aiResolution, isAnsweredByHuman, isPartial }),
    is_bot_only: isPartial && written.length === 0 ? null : botReplies.length > 0 && written.length === 0,
    is_thread_complete: after.length >= partIds(events).size,
    ...dayColumns(opened.at, closedAt),
    created_at: isoTime(opened.at),
    updated_at: isoOrNull(events.at(-1)?.at),
    closed_at: isoOrNull(closedAt),
    first_customer_message_at: isoOrNull(firstOf(customerMessages)?.at),
    last_customer_message_at: isoOrNull(lastOf(customerMessages)?.at),
    first_reply_at: isoOrNull(reply?.at),
    first_bot_reply_at: isoOrNull(forCustomers(firstOf(botReplies)?.at)),
    first_reply_after_customer_at: isoOrNull(replyAfterCustomer?.at),
    last_teammate_message_at: isoOrNull(lastOf(written)?.at),
    first_assignment_at: isoOrNull(firstOf(assignments)?.at),
    last_assignment_at: isoOrNull(lastOf(assignments)?.at),
    first_close_at: isoOrNull(firstOf(closes)?.at),
    last_close_at: isoOrNull(lastOf(closes)?.at),
    first_teammate_close_at: isoOrNull(firstOf(closesByTeammates)?.at),
    last_teammate_close_at: isoOrNull(lastOf(closesByTeammates)?.at),
    first_reopen_at: isoOrNull(firstOf(reopens)?.at),
    last_reopen_at: isoOrNull(lastOf(reopens)?.at),
    last_event_at: isoOrNull(thread.at(-1)?.at),
    open_wait_since_at: isoOrNull(waitsSince),
    waiting_since_at: isoOrNull(states.waitingSince),
    snoozed_until_at: isoOrNull(states.snoozedUntil),
    rating_requested_at: isoOrNull(states.ratingAskedAt),
    rating_answered_at: isoOrNull(states.ratedAt),
    data_as_of_at: waitsSince ? isoTime(asOf) : null,
  };
}

function isBy(entry: ThreadEntry, kind: "customer" | "teammate"): boolean {
  return entry.actor.kind === kind;
}

function isByBot(actor: Actor): boolean {
  return actor.kind !== "customer" && actor.kind !== "teammate";
}

function kindOf(done: { readonly actor: Actor | null } | null | undefined): string | null {
  if (!done?.actor) return null;
  return isByBot(done.actor) ? "bot" : done.actor.kind;
}

function startedBy(actor: Actor): string {
  return actor.kind === "ai_as_teammate" ? "bot" : actor.kind;
}

function teammatesIn(thread: readonly ThreadEntry[]): string[] {
  const present = thread.filter((entry) => isBy(entry, "teammate") && (!entry.isOpening || entry.isMessage));
  return [...new Set(present.map((entry) => entry.actor.id))];
}

function companiesOf(ownCompanyId: string | null, contacts: readonly ConversationContact[]): string[] {
  const own = ownCompanyId === null ? [] : [ownCompanyId];
  return [...new Set([...own, ...contacts.flatMap(({ companyIds }) => companyIds)])];
}

function openingOf(events: readonly ConversationEvent[], id: string): OpenedEvent {
  const opened = events.find((event) => event.kind === "opened");
  if (opened === undefined) throw new Error(`the log of conversation ${id} has no opening`);
  return opened;
}

function isoOrNull(epochSeconds: number | null | undefined): string | null {
  return epochSeconds === null || epochSeconds === undefined ? null : isoTime(epochSeconds);
}
