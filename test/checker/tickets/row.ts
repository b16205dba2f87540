import type { ConversationEvent, WorldTruth } from "../../fake/desk/events.ts";
import { TEAMMATES } from "../../fake/desk/people.ts";
import {
  DESCRIPTION,
  type StateCategory,
  TITLE,
  ticketStateOf,
  ticketTypeOf,
} from "../../fake/desk/tickets/catalog.ts";
import type { TicketEvent, TicketTruth } from "../../fake/desk/tickets/events.ts";
import type { World } from "../../fake/desk/world.ts";
import { isDeleted, isoTime, partIds } from "../conversation/log.ts";
import { tagNames } from "../conversation/normalized-row.ts";
import type { OfficeHours } from "../metric-spans.ts";
import { collapsed } from "../white-space.ts";
import { createdOf, seenTicketParts, stateChanges, ticketMessages } from "./log.ts";

export type TicketQuestion = {
  readonly workspaceId: string;
  readonly world: WorldTruth & TicketTruth & World;
  /** Moments (epoch seconds, ascending) at which tickets were synced. */
  readonly syncedAt: readonly number[];
  readonly officeHoursOf: (teamId: string | null) => OfficeHours;
  /** Whether Intercom lists tickets of their own among the conversations, each under the ticket's id. */
  readonly areListed: boolean;
};

/** One row of `tickets`, in all of its columns. */
export type TicketRow = { readonly ticket_id: string } & Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;

type Columns = Readonly<Record<string, number | null>>;
type Spell = { readonly state: StateCategory; readonly from: number; readonly to: number };

/**
 * A ticket's row by the definitions, from its event log; only names come from Intercom's answers. Null when it does not exist or is
 * deleted.
 */
export function ticketRow(question: TicketQuestion, id: string): TicketRow | null {
  const { workspaceId, world, syncedAt, officeHoursOf } = question;
  const events = world.ticketEvents(id);
  if (events === null || isDeleted(events)) return null;
  const created = createdOf(events, id);
  const seen = seenTicketParts(events, syncedAt);
  const isComplete = seen.size === partIds(events).size;
  const changes = stateChanges(events);
  const messages = ticketMessages(events, seen);
  const isListed = question.areListed && !events.some((event) => event.kind === "converted");
  const isCustomers = created.category === "Customer";
  const conversationId = isListed && isCustomers ? id : sourceOf(world, events);
  const openingId = conversationId === null ? null : openingIdOf(world.events(conversationId) ?? []);
  const replies = messages.filter(({ actor, partId }) => actor.kind === "teammate" && partId !== openingId);
  const [firstReply] = replies;
  const reply = firstReply !== undefined && !seen.get(firstReply.partId)?.isAfterGap ? firstReply : null;
  const stateId = events.findLast((event) => event.kind === "ticket_state_changed")?.toStateId ?? created.stateId;
  const state = ticketStateOf(stateId);
  const resolvedAt = state.category === "resolved" ? lastSeenChange(changes, seen) : null;
  const { teammateId, teamId } = assigneesOf(events);
  const hours = officeHoursOf(teamId);
  const span = (name: string, to: number | null | undefined): Columns => ({
    [`${name}_seconds`]: to === null || to === undefined ? null : to - created.at,
    [`${name}_office_seconds`]: to === null || to === undefined ? null : hours.secondsBetween(created.at, to),
  });
  const lastAt = lastPartAt(events) ?? created.at;
  const contact = contactOf(question, created.contactId, isListed ? null : conversationId);
  const attributes = attributesOf(events, created.attributes);
  return {
    ticket_id: id,
    inbox_number: created.inboxNumber,
    category: created.category,
    type: ticketTypeOf(created.typeId).name,
    title: collapsed(attributes[TITLE]),
    description: collapsed(attributes[DESCRIPTION]),
    state_category: state.category,
    state_label: state.internalLabel,
    contact_id: created.contactId,
    contact_email: contact.email,
    company_id: contact.companyId,
    created_at: isoTime(created.at),
    resolved_at: resolvedAt === null ? null : isoTime(resolvedAt),
    is_open: isOpen(events),
    message_count: messages.length,
    ...span("time_to_first_reply", reply?.at),
    ...span("time_to_resolution", resolvedAt),
    ...statesColumns(
      isComplete ? spellsOf(created.at, ticketStateOf(created.stateId).category, changes, lastAt) : null,
      hours,
    ),
    count_reopens: isComplete ? changes.filter(({ from }) => from === "resolved").length : null,
    source_conversation_id: conversationId,
    linked_conversation_ids: linkedOf(world, events),
    contact_name: contact.name,
    company_name: nameOf(world.companies.find(contact.companyId ?? "")),
    assigned_teammate_id: teammateId,
    // A teammate who left keeps the last known name.
    assigned_teammate_name: TEAMMATES.find(({ id: mate }) => mate === teammateId)?.name ?? null,
    assigned_team_id: teamId,
    assigned_team_name: nameOf(world.teams().find((team) => String(team["id"]) === teamId)),
    tags: conversationId === null || isListed ? [] : tagNames(world, conversationId),
    ticket_type_id: created.typeId,
    ticket_state_id: stateId,
    office_hours_schedule_id: hours.scheduleId,
    listed_as_conversation_id: isListed && !isCustomers ? id : null,
    first_reply_teammate_id: reply?.actor.id ?? null,
    count_parts: seen.size,
    count_replies: replies.length,
    count_notes: countNotes(events, seen),
    count_assignments: countAssignments(events, seen),
    is_thread_complete: isComplete,
    first_reply_at: reply === null ? null : isoTime(reply.at),
    last_event_at: isoTime(lastAt),
    updated_at: isoTime(events.at(-1)?.at ?? created.at),
    workspace_id: workspaceId,
  };
}

/** Conversations that exist and are linked to a ticket now, sorted. */
export function linkedOf(world: WorldTruth, events: readonly TicketEvent[]): readonly string[] {
  const linked = new Set<string>();
  for (const event of events) {
    if (event.kind === "linked") linked.add(event.conversationId);
    if (event.kind === "unlinked") linked.delete(event.conversationId);
  }
  return [...linked].filter((id) => isThere(world, id)).sort();
}

function spellsOf(
  at: number,
  state: StateCategory,
  changes: ReturnType<typeof stateChanges>,
  lastAt: number,
): readonly Spell[] {
  const starts = [{ at, to: state }, ...changes];
  return starts.map((start, index) => ({ state: start.to, from: start.at, to: starts[index + 1]?.at ?? lastAt }));
}

/** Null where a part was never seen: nobody knows the times then. */
function statesColumns(spells: readonly Spell[] | null, hours: OfficeHours): Columns {
  const columns: Record<string, number | null> = {};
  for (const state of ["submitted", "in_progress", "waiting_on_customer", "resolved"] as const) {
    const own = spells?.filter((spell) => spell.state === state) ?? null;
    columns[`${state}_seconds`] = own?.reduce((sum, { from, to }) => sum + to - from, 0) ?? null;
    columns[`${state}_office_seconds`] =
      own?.reduce((sum, { from, to }) => sum + (hours.secondsBetween(from, to) ?? Number.NaN), 0) ?? null;
  }
  return columns;
}

/** When the last change of state was, if no part after it is missing. */
function lastSeenChange(
  changes: ReturnType<typeof stateChanges>,
  seen: ReturnType<typeof seenTicketParts>,
): number | null {
  const last = changes.at(-1);
  const part = last === undefined ? undefined : seen.get(last.partId);
  return last === undefined || part === undefined || part.isBeforeGap ? null : last.at;
}

function lastPartAt(events: readonly TicketEvent[]): number | undefined {
  return events.findLast((event) => "partId" in event && event.kind !== "redacted")?.at;
}

function isOpen(events: readonly TicketEvent[]): boolean {
  let open = true;
  for (const event of events) {
    if (event.kind === "closed" || (event.kind === "touched" && event.closes)) open = false;
    else if (event.kind === "reopened") open = true;
    else if (event.kind === "ticket_state_changed" && (event.from === "resolved" || event.to === "resolved"))
      open = event.to !== "resolved";
  }
  return open;
}

function assigneesOf(events: readonly TicketEvent[]): { teammateId: string | null; teamId: string | null } {
  const { teammateId = null, teamId = null } = events.findLast((event) => event.kind === "assigned") ?? {};
  return { teammateId, teamId };
}

function sourceOf(world: WorldTruth, events: readonly TicketEvent[]): string | null {
  const id = events.find((event) => event.kind === "converted")?.conversationId ?? null;
  return id !== null && isThere(world, id) ? id : null;
}

function isThere(world: WorldTruth, conversationId: string): boolean {
  const events = world.events(conversationId);
  return events !== null && !isDeleted(events);
}

function openingIdOf(events: readonly ConversationEvent[]): string | null {
  return events.find((event) => event.kind === "opened")?.sourceId ?? null;
}

function attributesOf(events: readonly TicketEvent[], first: Readonly<Record<string, unknown>>) {
  const values = new Map(Object.entries(first));
  for (const event of events) if (event.kind === "ticket_attribute_set") values.set(event.name, event.value);
  const text = (name: string): string | null => {
    const value = values.get(name);
    return typeof value === "string" ? value : null;
  };
  return { [TITLE]: text(TITLE), [DESCRIPTION]: text(DESCRIPTION) } as const;
}

/** The contact's own values are those of Intercom's answer. A converted ticket has its conversation's company, if there is one. */
function contactOf({ world }: TicketQuestion, contactId: string | null, conversationId: string | null) {
  const found = contactId === null ? null : world.contact(contactId);
  const payload = found?.kind === "found" ? found.payload : null;
  const [company] = contactId === null ? [] : world.knownCompanies(contactId);
  const email = payload?.["email"];
  const ofConversation =
    conversationId === null
      ? null
      : (world.companyOf(conversationId) ?? world.contactsOf(conversationId)[0]?.companyIds[0]);
  return {
    email: typeof email === "string" && email !== "" ? email : null,
    name: nameOf(payload),
    companyId: ofConversation ?? company ?? null,
  };
}

function nameOf(record: Readonly<Record<string, unknown>> | null | undefined): string | null {
  const name = record?.["name"];
  return typeof name === "string" && name !== "" ? name : null;
}

function countNotes(events: readonly TicketEvent[], seen: ReturnType<typeof seenTicketParts>): number {
  return events.filter((event) => event.kind === "note" && seen.has(event.partId)).length;
}

function countAssignments(events: readonly TicketEvent[], seen: ReturnType<typeof seenTicketParts>): number {
  return events.filter(
    (event) => event.kind === "assigned" && (event.teammateId ?? event.teamId) !== null && seen.has(event.partId),
  ).length;
}
