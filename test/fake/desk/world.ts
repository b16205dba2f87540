// What the server needs of a world: Intercom's records as of its clock, whoever made them up.

import type { JsonObject } from "../json.ts";
import type { JsonText } from "../json-text.ts";
import type { DeskClock } from "./clock.ts";

/** Inclusive ranges of epoch seconds that a record must lie in; the rest is for whoever asked to look at. */
export interface Bounds {
  readonly updatedFrom: number;
  readonly updatedTo: number;
  readonly createdFrom: number;
  readonly createdTo: number;
}

/** Records that can be searched: conversations or contacts. Keys are integers below RECORD_KEYS_MAX. */
export interface Records {
  /** Calls `visit` for each record that exists at `epoch` within the bounds, in any order. */
  select(bounds: Bounds, epoch: number, visit: (key: number, updatedAt: number) => void): void;
  /** As lists and searches give it. */
  render(key: number, epoch: number): JsonObject;
  /** The same as it is sent. */
  text(key: number, epoch: number): JsonText;
}

/** 22 bits: with 31 bits of a time beside them, still an integer that a double holds. */
export const RECORD_KEYS_MAX = 4_194_304;

export interface Companies {
  /** Most recently active first. */
  keys(withLonely: boolean): readonly number[];
  render(key: number): JsonObject;
  /** Null when there is none of that id. */
  find(id: string): JsonObject | null;
}

export interface Tickets {
  /** As searches give them, each with so many of its latest parts; as many as Intercom ever shows unless told. */
  records(partsMax?: number): Records;
  /** As it is sent; null when there is none, or it was deleted. */
  retrieve(id: string): JsonText | null;
  types(): readonly JsonObject[];
  states(): readonly JsonObject[];
}

export interface Knowledge {
  /** As the list has them, without statistics; most recently changed first. */
  articles(): readonly JsonObject[];
  /** With statistics; null when there is none, or it was removed. */
  article(id: string): JsonObject | null;
  collections(): readonly JsonObject[];
  helpCenters(): readonly JsonObject[];
}

/** What QA found about a conversation. */
export interface Quality {
  readonly monitors: readonly JsonObject[];
  readonly scorecards: readonly JsonObject[];
}

/** What is asked for record by record. Null: there is no such conversation, contact or company. */
export interface Surroundings {
  /** Of a conversation, by its key. */
  quality(key: number, epoch: number): Quality;
  callCount(): number;
  /** The latest first: `count` of them from place `from`. */
  calls(from: number, count: number): readonly JsonObject[];
  /** With transcripts. */
  callsOf(conversationIds: readonly string[]): readonly JsonObject[];
  /** Inclusive bounds in epoch seconds; the latest first. */
  activityLogs(after: number, before: number): readonly JsonObject[];
  contactNotes(id: string): readonly JsonObject[] | null;
  contactSegments(id: string): readonly JsonObject[] | null;
  companyNotes(id: string): readonly JsonObject[] | null;
  companySegments(id: string): readonly JsonObject[] | null;
  handlingEvents(conversationId: string): readonly JsonObject[] | null;
  sideConversations(conversationId: string): readonly JsonObject[] | null;
}

export type FoundContact =
  | { readonly kind: "found"; readonly payload: JsonObject }
  | { readonly kind: "merged"; readonly intoId: string }
  | { readonly kind: "missing" };

export interface World {
  /** Lets the desk live on for so many seconds. */
  advance(seconds: number): void;
  readonly time: DeskClock;
  /** The workspace's time zone: contact search goes by its calendar days. */
  readonly timeZone: string;
  /** Changes whenever an answer might. */
  version(): number;
  me(): JsonObject;
  readonly conversations: Records;
  readonly contacts: Records;
  readonly companies: Companies;
  readonly tickets: Tickets;
  readonly knowledge: Knowledge;
  readonly around: Surroundings;
  /** Whether a conversation may turn out to be a ticket as well: its `ticket` is not null then. */
  readonly hasTickets: boolean;
  /** With its thread; null when there is none, or it was deleted. `isPlain`: bodies as plain text. */
  conversation(id: string, isPlain: boolean): JsonObject | null;
  /** The same as it is sent, in UTF-8. */
  conversationBytes(id: string, isPlain: boolean): Buffer | null;
  /** In order of deletion, first one first. */
  deletedConversations(): readonly JsonObject[];
  contact(id: string): FoundContact;
  /** What GET /contacts/{id}/companies calls its list: `companies` by the schema, `data` by the published example. */
  readonly companiesKey: "companies" | "data";
  /** All of them; null when there is no such contact. */
  companiesOfContact(id: string): readonly JsonObject[] | null;
  admins(): readonly JsonObject[];
  teams(): readonly JsonObject[];
  tags(): readonly JsonObject[];
  segments(withCount: boolean): readonly JsonObject[];
  subscriptionTypes(): readonly JsonObject[];
  awayStatusReasons(): readonly JsonObject[];
  conversationAttributes(withArchived: boolean): readonly JsonObject[];
  /** Null: of contacts and companies. */
  dataAttributes(model: "contact" | "company" | null, withArchived: boolean): readonly JsonObject[];
  officeHoursSchedules(): readonly JsonObject[];
  /** Null when there is no such schedule. */
  officeHoursExceptions(scheduleId: string): readonly JsonObject[] | null;
}

export const EVERYTHING: Bounds = {
  updatedFrom: Number.NEGATIVE_INFINITY,
  updatedTo: Number.POSITIVE_INFINITY,
  createdFrom: Number.NEGATIVE_INFINITY,
  createdTo: Number.POSITIVE_INFINITY,
};
