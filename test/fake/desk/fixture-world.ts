// A world made of payloads given as they are: the published examples, hand-made cases, malformed records.

import { at, isObject, type JsonObject, type JsonValue, objectsIn, textOf } from "../json.ts";
import { encoded } from "../json-text.ts";
import { DESK_NOW } from "./arrivals.ts";
import { DeskClock } from "./clock.ts";
import { FixtureKnowledge, FixtureSurroundings } from "./fixture-around.ts";
import { type FixturePayloads, type Kind, read } from "./fixture-payloads.ts";
import type { Companies, FoundContact, Records, Tickets, World } from "./world.ts";

export type { FixturePayloads, Payload } from "./fixture-payloads.ts";

export interface FixtureWorldOptions extends FixturePayloads {
  readonly workspaceId?: string;
  readonly timeZone?: string;
  /** Epoch seconds. */
  readonly clock?: number;
  /** Milliseconds that run; for tests that must not depend on real time. */
  readonly now?: () => number;
}

export class FixtureWorld implements World {
  readonly time: DeskClock;
  readonly timeZone: string;
  readonly companiesKey = "data";
  readonly conversations: Records;
  readonly contacts: Records;
  readonly companies: Companies;
  readonly tickets: Tickets;
  readonly hasTickets = true;
  readonly knowledge: FixtureKnowledge;
  readonly around: FixtureSurroundings;
  private readonly workspaceId: string;
  private payloads = new Map<Kind, readonly JsonObject[]>();
  private given: FixturePayloads = {};
  private replacements = 0;

  constructor(options: FixtureWorldOptions) {
    this.time = new DeskClock(options.clock ?? DESK_NOW, options.now);
    this.timeZone = options.timeZone ?? "UTC";
    this.workspaceId = options.workspaceId ?? "fixture1";
    this.replace(options);
    this.conversations = this.records("conversations", withoutParts);
    this.contacts = this.records("contacts", (contact) => contact);
    const source = {
      all: (kind: Kind): readonly JsonObject[] => this.all(kind),
      given: (): FixturePayloads => this.given,
    };
    this.knowledge = new FixtureKnowledge(source);
    this.around = new FixtureSurroundings(source);
    this.tickets = {
      records: (partsMax = Number.POSITIVE_INFINITY) =>
        this.records("tickets", (ticket) => withLastParts(ticket, partsMax)),
      retrieve: (id) => {
        const found = this.find("tickets", id);
        return found === null ? null : encoded(found);
      },
      types: () => this.all("ticketTypes"),
      states: () => this.all("ticketStates"),
    };
    this.companies = {
      keys: (withLonely) => this.companyKeys(withLonely),
      render: (key) => this.all("companies")[key] ?? {},
      find: (id) => this.find("companies", id),
    };
  }

  /** Everything is as these payloads say from now on. */
  replace(given: FixturePayloads): void {
    this.given = given;
    this.payloads = new Map();
    this.replacements++;
  }

  advance(seconds: number): void {
    this.time.advance(seconds);
  }

  version(): number {
    return this.time.version() * 1_000_000 + this.replacements;
  }

  me(): JsonObject {
    if (this.given.me !== undefined) return read(this.given.me);
    const app = {
      type: "app",
      id_code: this.workspaceId,
      name: "Fixture",
      created_at: 1717405200,
      secure: true,
      identity_verification: false,
      timezone: this.timeZone,
      region: "US",
    };
    const avatar = { type: "avatar", image_url: null };
    return {
      type: "admin",
      id: "1",
      email: "admin@example.com",
      name: "Fixture",
      email_verified: true,
      app,
      avatar,
      has_inbox_seat: true,
    };
  }

  conversation(id: string, isPlain: boolean): JsonObject | null {
    const found = this.find("conversations", id);
    if (found === null) return null;
    return isPlain ? plainBodies(withoutQuality(found)) : withoutQuality(found);
  }

  conversationBytes(id: string, isPlain: boolean): Buffer | null {
    const found = this.conversation(id, isPlain);
    return found === null ? null : Buffer.from(JSON.stringify(found));
  }

  deletedConversations(): readonly JsonObject[] {
    return this.all("deleted").toSorted((a, b) => Number(a["deleted_at"]) - Number(b["deleted_at"]));
  }

  contact(id: string): FoundContact {
    const payload = this.find("contacts", id);
    return payload === null ? { kind: "missing" } : { kind: "found", payload };
  }

  companiesOfContact(id: string): readonly JsonObject[] | null {
    const given = this.given.companiesOfContacts?.[id];
    if (given !== undefined) return given.map(read);
    const contact = this.find("contacts", id);
    if (contact === null) return null;
    const ids = objectsIn(at(contact, "companies.data")).map((company) => textOf(company["id"]) ?? "");
    return ids.map((company) => this.find("companies", company)).filter((company) => company !== null);
  }

  admins(): readonly JsonObject[] {
    return this.all("admins");
  }

  teams(): readonly JsonObject[] {
    return this.all("teams");
  }

  tags(): readonly JsonObject[] {
    return this.all("tags");
  }

  segments(): readonly JsonObject[] {
    return this.all("segments");
  }

  subscriptionTypes(): readonly JsonObject[] {
    return this.all("subscriptionTypes");
  }

  awayStatusReasons(): readonly JsonObject[] {
    return this.all("awayStatusReasons");
  }

  conversationAttributes(withArchived: boolean): readonly JsonObject[] {
    return this.all("conversationAttributes").filter((each) => withArchived || each["archived"] !== true);
  }

  dataAttributes(model: "contact" | "company" | null, withArchived: boolean): readonly JsonObject[] {
    return this.all("dataAttributes")
      .filter((each) => withArchived || each["archived"] !== true)
      .filter((each) => model === null || each["model"] === model);
  }

  officeHoursSchedules(): readonly JsonObject[] {
    return this.all("officeHoursSchedules");
  }

  officeHoursExceptions(scheduleId: string): readonly JsonObject[] | null {
    if (this.find("officeHoursSchedules", scheduleId) === null) return null;
    return this.all("officeHoursExceptions").filter((each) => textOf(each["office_hours_schedule_id"]) === scheduleId);
  }

  private companyKeys(withLonely: boolean): readonly number[] {
    return this.all("companies").flatMap((company, key) => (withLonely || company["user_count"] !== 0 ? [key] : []));
  }

  private records(kind: Kind, asListed: (record: JsonObject) => JsonObject): Records {
    const render = (key: number): JsonObject => asListed(this.all(kind)[key] ?? {});
    return {
      select: (bounds, epoch, visit) => {
        for (const [key, record] of this.all(kind).entries()) {
          // A record without times (a malformed one) is found all the same.
          const updatedAt = numberOr(record["updated_at"], epoch);
          const createdAt = numberOr(record["created_at"], updatedAt);
          if (updatedAt > epoch && epoch < this.time.now()) continue;
          if (updatedAt < bounds.updatedFrom || updatedAt > bounds.updatedTo) continue;
          if (createdAt >= bounds.createdFrom && createdAt <= bounds.createdTo) visit(key, updatedAt);
        }
      },
      render,
      text: (key) => encoded(render(key)),
    };
  }

  private find(kind: Kind, id: string): JsonObject | null {
    return this.all(kind).find((record) => textOf(record["id"]) === id) ?? null;
  }

  private all(kind: Kind): readonly JsonObject[] {
    let records = this.payloads.get(kind);
    if (records === undefined) {
      records = (this.given[kind] ?? []).map(read);
      this.payloads.set(kind, records);
    }
    return records;
  }
}

/** What QA found is told to those who ask for it. */
function withoutQuality(conversation: JsonObject): JsonObject {
  const { monitor_evaluations: _, scorecards: __, ...rest } = conversation;
  return rest;
}

function withoutParts(conversation: JsonObject): JsonObject {
  const { conversation_parts: _, ...rest } = withoutQuality(conversation);
  return rest;
}

function withLastParts(ticket: JsonObject, partsMax: number): JsonObject {
  const list = ticket["ticket_parts"];
  if (!isObject(list)) return ticket;
  const parts = objectsIn(list["ticket_parts"]);
  return { ...ticket, ticket_parts: { ...list, ticket_parts: parts.slice(Math.max(0, parts.length - partsMax)) } };
}

function numberOr(value: JsonValue, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

/** display_as=plaintext, near enough: tags go, the commonest entities are decoded. */
function plainBodies(conversation: JsonObject): JsonObject {
  const plain = (record: JsonObject): JsonObject => ({
    ...record,
    body: typeof record["body"] === "string" ? stripped(record["body"]) : record["body"],
  });
  const { source, conversation_parts: thread } = conversation;
  return {
    ...conversation,
    ...(isObject(source) ? { source: plain(source) } : {}),
    ...(isObject(thread)
      ? { conversation_parts: { ...thread, conversation_parts: objectsIn(thread["conversation_parts"]).map(plain) } }
      : {}),
  };
}

function stripped(html: string): string {
  const text = html.replace(/<\/(p|div|li)>|<br\s*\/?>/gi, "\n").replace(/<[^>]*>/g, "");
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&")
    .trim();
}
