// Compares a destination's content with the mart, independently of the code that sent it.
import type { FakeAttio } from "../fake/attio/server.ts";
import type { FakePostHog } from "../fake/posthog/server.ts";
import type { NewTicket } from "./tickets.ts";

/** In words: what PostHog lacks, has twice or has differently. */
export function postHogFaults(fake: FakePostHog, tickets: readonly NewTicket[]): string[] {
  const faults = [...fake.unplanned, ...fake.dropped.map(({ reason }) => `dropped: ${reason}`)];
  const stored = fake.events.filter(({ event }) => event === "support_ticket_closed");
  const byUuid = Map.groupBy(stored, ({ uuid }) => uuid);
  const sendable = tickets.filter((ticket) => ticket.distinct_id !== null && ticket.distinct_id !== "null");
  if (stored.length !== sendable.length) faults.push(`${stored.length} events instead of ${sendable.length}`);
  for (const ticket of sendable) {
    const [event, ...others] = byUuid.get(ticket.event_uuid) ?? [];
    if (event === undefined) {
      faults.push(`${ticket.conversation_id} is missing`);
      continue;
    }
    if (others.length > 0) faults.push(`${ticket.conversation_id} is there ${others.length + 1} times`);
    if (event.distinctId !== ticket.distinct_id) faults.push(`${ticket.conversation_id} is of ${event.distinctId}`);
    if (Date.parse(event.timestamp) !== ticket.closed_at * 1000)
      faults.push(`${ticket.conversation_id} is at ${event.timestamp}`);
    const { event_uuid: _, distinct_id: __, created_at, closed_at, ...columns } = ticket;
    const expected = { ...columns, created_at: isoTime(created_at), closed_at: isoTime(closed_at) };
    for (const [name, value] of Object.entries(expected))
      if (JSON.stringify(event.properties[name]) !== JSON.stringify(value))
        faults.push(`${ticket.conversation_id} has ${name} ${JSON.stringify(event.properties[name])}`);
    const company = ticket.company_external_id;
    if (company !== null && !fake.companies.has(company)) faults.push(`company ${company} has no properties`);
  }
  return faults;
}

/** The same of records in Attio; @param slug of the object or activity */
export function attioFaults(
  fake: FakeAttio,
  tickets: readonly NewTicket[],
  kind: "objects" | "activities",
  slug: string,
): string[] {
  const faults = [...fake.unplanned];
  const people = emailsById(fake);
  const records = [...fake.workspace.collection(kind, slug).records.values()];
  const byKey = Map.groupBy(records, ({ values }) => String(values.get("ticket_key")?.[0]));
  const sendable = tickets.filter((ticket) => ticket.contact_email !== null);
  if (records.length !== sendable.length) faults.push(`${records.length} records instead of ${sendable.length}`);
  for (const ticket of sendable) {
    const [record, ...others] = byKey.get(ticket.event_uuid) ?? [];
    if (record === undefined) {
      faults.push(`${ticket.conversation_id} is missing`);
      continue;
    }
    if (others.length > 0) faults.push(`${ticket.conversation_id} is there ${others.length + 1} times`);
    const value = (slug: string): unknown => record.values.get(slug)?.[0];
    const expected = {
      conversation_id: ticket.conversation_id,
      message_count: ticket.message_count,
      rating: ticket.rating ?? undefined,
      tags: ticket.tags.join(", ") || undefined,
      first_message: ticket.first_message_body ?? undefined,
      opened_at: isoTime(ticket.created_at),
      [kind === "activities" ? "timestamp" : "closed_at"]: isoTime(ticket.closed_at),
    };
    for (const [name, wanted] of Object.entries(expected))
      if (value(name) !== wanted) faults.push(`${ticket.conversation_id} has ${name} ${JSON.stringify(value(name))}`);
    const links = kind === "activities" ? ["involved_records"] : ["contact", "company"];
    const linked = links.flatMap((name) => record.values.get(name) ?? []);
    const person = linked.find(
      (link) => typeof link === "object" && "target_object" in link && link.target_object === "people",
    );
    const personId = typeof person === "object" && "target_record_id" in person ? person.target_record_id : "";
    if (people.get(personId) !== ticket.contact_email) faults.push(`${ticket.conversation_id} is of somebody else`);
    if (linked.length !== 2) faults.push(`${ticket.conversation_id} is linked to ${linked.length} records`);
  }
  return faults;
}

/** The same of notes. */
export function noteFaults(fake: FakeAttio, tickets: readonly NewTicket[]): string[] {
  const faults = [...fake.unplanned];
  const people = emailsById(fake);
  const sendable = tickets.filter((ticket) => ticket.contact_email !== null);
  const notes = Map.groupBy(fake.workspace.notes, ({ content }) => /\(([0-9a-f-]{36})\)$/.exec(content)?.[1] ?? "");
  if (fake.workspace.notes.length !== sendable.length)
    faults.push(`${fake.workspace.notes.length} notes instead of ${sendable.length}`);
  for (const ticket of sendable) {
    const theirs = notes.get(ticket.event_uuid) ?? [];
    if (theirs.length !== 1) faults.push(`${ticket.conversation_id} is there ${theirs.length} times`);
    for (const note of theirs) {
      if (people.get(note.personId) !== ticket.contact_email)
        faults.push(`${ticket.conversation_id} is of somebody else`);
      if (Date.parse(note.createdAt) !== ticket.closed_at * 1000)
        faults.push(`${ticket.conversation_id} is dated wrongly`);
    }
  }
  return faults;
}

function emailsById(fake: FakeAttio): ReadonlyMap<string, string> {
  const people = fake.workspace.collection("objects", "people").records.values();
  return new Map([...people].map(({ id, values }) => [id, String(values.get("email_addresses")?.[0])]));
}

function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
