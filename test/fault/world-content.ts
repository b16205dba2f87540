import { EVERYTHING, type Records, type World } from "../fake/desk/world.ts";
import { type JsonObject, type JsonValue, parseObject } from "../fake/json.ts";
import { fromBytes } from "../fake/json-text.ts";
import { canonical } from "./canonical.ts";
import { compared, comparedRecord, type Strictness, type ThreadContent, type WorkspaceContent } from "./content.ts";

/** The truth: what the fake's world holds now, no matter what anybody has asked of it. */
export function worldContent(world: World, strictness: Strictness = "strict"): WorkspaceContent {
  const conversations = new Map<string, ThreadContent>();
  for (const listed of recordsOf(world, world.conversations)) {
    const id = idOf(listed);
    const conversation = world.conversation(id, false);
    if (conversation !== null) conversations.set(id, threadContent(conversation, "conversation_parts", strictness));
  }
  const tickets = new Map<string, ThreadContent>();
  for (const listed of recordsOf(world, world.tickets.records(0))) {
    const ticket = world.tickets.retrieve(idOf(listed));
    if (ticket === null) continue;
    tickets.set(idOf(listed), threadContent(parseObject(fromBytes(ticket.bytes)), "ticket_parts", strictness));
  }
  const schedules = world.officeHoursSchedules().map((schedule) => ({
    ...schedule,
    office_hours_exceptions: world.officeHoursExceptions(idOf(schedule)) ?? [],
  }));
  return {
    conversations,
    tickets,
    records: {
      contacts: byId(recordsOf(world, world.contacts).map((contact) => withAllCompanies(world, contact))),
      companies: byId(world.companies.keys(true).map((key) => world.companies.render(key))),
      admins: byId(world.admins()),
      teams: byId(world.teams()),
      tags: byId(world.tags()),
      segments: byId(world.segments(false)),
      office_hours_schedules: byId(schedules),
      ticket_types: byId(world.tickets.types()),
      ticket_states: byId(world.tickets.states()),
      conversation_attributes: byId(world.conversationAttributes(true)),
      data_attributes: new Map(world.dataAttributes(null, true).map(dataAttribute)),
      articles: new Map(world.knowledge.articles().map((article) => [idOf(article), articleText(world, article)])),
      collections: byId(world.knowledge.collections()),
      help_centers: byId(world.knowledge.helpCenters()),
      subscription_types: byId(world.subscriptionTypes()),
      away_status_reasons: byId(world.awayStatusReasons()),
    },
  };
}

/** @param key what the record calls its parts, and the list in them */
function threadContent(record: JsonObject, key: string, strictness: Strictness): ThreadContent {
  const { [key]: thread, ...rest } = record;
  const { [key]: shown, ...list } = objectOf(thread);
  const parts = Array.isArray(shown) ? shown.map(objectOf) : [];
  return {
    text: compared(JSON.stringify({ ...rest, [key]: list }), strictness),
    parts: new Map(parts.map((part) => [idOf(part), compared(JSON.stringify(part), strictness)])),
    totalParts: Number(list["total_count"]),
  };
}

function articleText(world: World, listed: JsonObject): string {
  return comparedRecord("articles", JSON.stringify(world.knowledge.article(idOf(listed))));
}

/** An attribute of contacts or companies, which has no id that another has not. */
function dataAttribute(attribute: JsonObject): [string, string] {
  return [`${String(attribute["model"])}.${String(attribute["full_name"])}`, canonical(JSON.stringify(attribute))];
}

/** Intercom's contact names 10 companies; ours names all. */
function withAllCompanies(world: World, contact: JsonObject): JsonObject {
  const companies = objectOf(contact["companies"]);
  if (companies["has_more"] !== true) return contact;
  const data = (world.companiesOfContact(idOf(contact)) ?? []).map((company) => {
    return { type: "company", id: idOf(company), url: `/companies/${idOf(company)}` };
  });
  return { ...contact, companies: { ...companies, data, total_count: data.length, has_more: false } };
}

function recordsOf(world: World, records: Records): JsonObject[] {
  const found: JsonObject[] = [];
  const now = world.time.now();
  records.select(EVERYTHING, now, (key) => found.push(records.render(key, now)));
  return found;
}

function byId(records: readonly JsonObject[]): Map<string, string> {
  return new Map(records.map((record) => [idOf(record), canonical(JSON.stringify(record))]));
}

function idOf(record: JsonObject): string {
  const text = JSON.stringify(record["id"]) ?? "";
  return text.startsWith('"') ? text.slice(1, -1) : text;
}

function objectOf(value: JsonValue): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
  // Its keys are not known, and need not be.
  return value as JsonObject;
}
