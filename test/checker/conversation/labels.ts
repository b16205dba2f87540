import { teammateOf, teamOf } from "../../fake/desk/people.ts";
import type { World } from "../../fake/desk/world.ts";
import { at, type JsonObject, type JsonValue, objectsIn, textOf } from "../../fake/json.ts";
import { onOneLine } from "../white-space.ts";

/** Where names and labels stand: what Intercom answers of a conversation, a contact, a company. */
export type Directory = Pick<World, "conversation" | "contact" | "companies">;

/** Everybody in a conversation, by id. */
export type Present = {
  /** The first one is whom it belongs to. */
  readonly contactIds: readonly string[];
  readonly companyId: string | null;
  readonly assignedTeamId: string | null;
  readonly assignedTeammateId: string | null;
  /** Its own company and those of its contacts; each once. */
  readonly companyIds: readonly string[];
  /** Humans who did anything in it; each once. */
  readonly teammateIds: readonly string[];
  readonly firstTeamId: string | null;
  readonly lastTeamId: string | null;
};

export type LabelColumns = Readonly<Record<string, string | number | null | readonly string[]>>;

/** The columns of `conversation_metrics` that name somebody; who has no name goes by e-mail address, then by id. */
export function nameColumns(directory: Directory, present: Present): LabelColumns {
  const { contactIds, companyIds, teammateIds, firstTeamId, lastTeamId } = present;
  const contact = directory.contact(contactIds[0] ?? "");
  return {
    contact_name: contact.kind === "found" ? labelAt(contact.payload, "name") : null,
    company_name: labelAt(directory.companies.find(present.companyId ?? ""), "name"),
    assigned_team_name: teamOf(present.assignedTeamId ?? "")?.name ?? null,
    assigned_teammate_name: teammateOf(present.assignedTeammateId ?? "")?.name ?? null,
    first_team_name: teamOf(firstTeamId ?? "")?.name ?? null,
    last_team_name: teamOf(lastTeamId ?? "")?.name ?? null,
    contact_names: contactIds.map((id) => contactName(directory, id)).sort(),
    company_names: companyIds.map((id) => labelAt(directory.companies.find(id), "name") ?? id).sort(),
    teammate_names: teammateIds.map((id) => teammateOf(id)?.name ?? id).sort(),
  };
}

/** The columns that are passed on as Intercom has them; an empty text is none. */
export function passedOnColumns(directory: Directory, id: string): LabelColumns {
  const payload = directory.conversation(id, false);
  const sourceType = labelAt(payload, "source.type");
  const channel = labelAt(payload, "channel.initial") ?? sourceType;
  return {
    author_type: labelAt(payload, "source.author.type"),
    delivered_as: labelAt(payload, "source.delivered_as"),
    channel,
    channel_current: labelAt(payload, "channel.current") ?? channel,
    language: labelAt(payload, "custom_attributes.Language"),
    title: labelAt(payload, "title"),
    subject: subjectOf(payload),
    ai_agent_source_type: labelAt(payload, "ai_agent.source_type"),
    ai_agent_source_title: labelAt(payload, "ai_agent.source_title"),
    ai_agent_last_answer_type: labelAt(payload, "ai_agent.last_answer_type"),
    count_ai_agent_content_sources: contentSourcesOf(payload),
    cx_score: scoreAt(payload, "custom_attributes.CX Score rating"),
    cx_score_explanation: labelAt(payload, "custom_attributes.CX Score explanation"),
  };
}

/** Intercom's own durations of the work, which are passed on too. */
export function handlingColumns(directory: Directory, id: string): Readonly<Record<string, number | null>> {
  const payload = directory.conversation(id, false);
  const seconds = (name: string): number | null => {
    const value: JsonValue = payload === null ? null : at(payload, `statistics.${name}`);
    return typeof value === "number" ? value : null;
  };
  return {
    intercom_handling_time_seconds: seconds("handling_time"),
    intercom_adjusted_handling_time_seconds: seconds("adjusted_handling_time"),
  };
}

function contactName(directory: Directory, id: string): string {
  const found = directory.contact(id);
  // Of a deleted person nothing is left but the id.
  if (found.kind !== "found") return id;
  return labelAt(found.payload, "name") ?? labelAt(found.payload, "email") ?? id;
}

/** A mail's subject comes as one paragraph of HTML, those of other channels as text. */
function subjectOf(payload: JsonObject | null): string | null {
  const [, inner] = /^<p>(.*)<\/p>$/.exec(labelAt(payload, "source.subject") ?? "") ?? [];
  const text = inner ?? labelAt(payload, "source.subject") ?? "";
  if (/<\/?[a-z]|&#?\w+;/i.test(text)) throw new Error(`a subject with markup in it has no reference: ${text}`);
  return onOneLine(text);
}

/** Of a score that is none of 1 to 5, nothing is known. */
function scoreAt(payload: JsonObject | null, path: string): number | null {
  const score = Number(labelAt(payload, path) ?? Number.NaN);
  return score >= 1 && score <= 5 ? score : null;
}

/** How many things the AI agent answered from. One in two languages is one; what has neither address nor title is none. */
function contentSourcesOf(payload: JsonObject | null): number {
  const listed: JsonValue = payload === null ? null : at(payload, "ai_agent.content_sources.content_sources");
  const names = objectsIn(listed).map((source) => {
    const name = labelAt(source, "url") ?? labelAt(source, "title");
    return name === null ? null : `${labelAt(source, "content_type")} ${name}`;
  });
  return new Set(names.filter((name) => name !== null)).size;
}

function labelAt(payload: JsonObject | null, path: string): string | null {
  const value: JsonValue = payload === null ? null : at(payload, path);
  return textOf(value) || null;
}
