// What a fixture world has beside conversations, tickets, contacts and companies.
import { at, isObject, type JsonObject, objectsIn, textOf } from "../json.ts";
import { type FixturePayloads, type Kind, read } from "./fixture-payloads.ts";
import type { Knowledge, Quality, Surroundings } from "./world.ts";

export interface FixtureSource {
  readonly all: (kind: Kind) => readonly JsonObject[];
  readonly given: () => FixturePayloads;
}

export class FixtureKnowledge implements Knowledge {
  private readonly from: FixtureSource;

  constructor(source: FixtureSource) {
    this.from = source;
  }

  articles(): readonly JsonObject[] {
    const items = this.from.all("articles").map(({ statistics: _, ...item }): JsonObject => item);
    return items.sort((a, b) => Number(b["updated_at"]) - Number(a["updated_at"]));
  }

  article(id: string): JsonObject | null {
    return found(this.from.all("articles"), id);
  }

  collections(): readonly JsonObject[] {
    return this.from.all("collections");
  }

  helpCenters(): readonly JsonObject[] {
    return this.from.all("helpCenters");
  }
}

export class FixtureSurroundings implements Surroundings {
  private readonly from: FixtureSource;

  constructor(source: FixtureSource) {
    this.from = source;
  }

  quality(key: number): Quality {
    const conversation = this.from.all("conversations")[key] ?? {};
    return {
      monitors: objectsIn(conversation["monitor_evaluations"]),
      scorecards: objectsIn(conversation["scorecards"]),
    };
  }

  callCount(): number {
    return this.from.all("calls").length;
  }

  calls(from: number, count: number): readonly JsonObject[] {
    const page = this.from.all("calls").slice(from, from + count);
    return page.map(({ transcript: _, transcript_status: __, ...call }): JsonObject => call);
  }

  callsOf(conversationIds: readonly string[]): readonly JsonObject[] {
    return this.from.all("calls").filter((call) => conversationIds.includes(textOf(call["conversation_id"]) ?? ""));
  }

  activityLogs(after: number, before: number): readonly JsonObject[] {
    return this.from.all("activityLogs").filter((log) => {
      const createdAt = Number(log["created_at"]);
      return createdAt >= after && createdAt <= before;
    });
  }

  contactNotes(id: string): readonly JsonObject[] | null {
    return found(this.from.all("contacts"), id) === null ? null : this.notesOf("contact", id);
  }

  companyNotes(id: string): readonly JsonObject[] | null {
    return found(this.from.all("companies"), id) === null ? null : this.notesOf("company", id);
  }

  contactSegments(id: string): readonly JsonObject[] | null {
    return this.listOf("segmentsOf", "contacts", id);
  }

  companySegments(id: string): readonly JsonObject[] | null {
    return this.listOf("segmentsOf", "companies", id);
  }

  handlingEvents(conversationId: string): readonly JsonObject[] | null {
    return this.listOf("handlingEventsOf", "conversations", conversationId);
  }

  sideConversations(conversationId: string): readonly JsonObject[] | null {
    return this.listOf("sideConversationsOf", "conversations", conversationId);
  }

  private notesOf(about: "contact" | "company", id: string): readonly JsonObject[] {
    return this.from.all("notes").filter((note) => isObject(note[about]) && textOf(at(note, `${about}.id`)) === id);
  }

  private listOf(
    list: "segmentsOf" | "handlingEventsOf" | "sideConversationsOf",
    owners: Kind,
    id: string,
  ): readonly JsonObject[] | null {
    if (found(this.from.all(owners), id) === null) return null;
    return (this.from.given()[list]?.[id] ?? []).map(read);
  }
}

function found(records: readonly JsonObject[], id: string): JsonObject | null {
  return records.find((record) => textOf(record["id"]) === id) ?? null;
}
