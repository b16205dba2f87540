// What a fixture world is made of: payloads as Intercom would answer them.
import { isObject, type JsonObject, type JsonValue, parseLossless } from "../json.ts";

/** A payload, or its JSON text: integers beyond 2^53 come back as they were written. */
export type Payload = JsonObject | string;

/** A workspace as Intercom answers at one moment; what is left out is empty. */
export interface FixturePayloads {
  /** GET /me; made up from `workspaceId` and `timeZone` unless given. */
  readonly me?: Payload;
  /** As GET /conversations/{id} answers; the list and the search give them without the parts. */
  readonly conversations?: readonly Payload[];
  readonly contacts?: readonly Payload[];
  readonly companies?: readonly Payload[];
  readonly admins?: readonly Payload[];
  readonly teams?: readonly Payload[];
  readonly tags?: readonly Payload[];
  readonly segments?: readonly Payload[];
  readonly officeHoursSchedules?: readonly Payload[];
  /** Of all schedules: each names its own in `office_hours_schedule_id`. */
  readonly officeHoursExceptions?: readonly Payload[];
  /** With their parts, as both the search and GET /tickets/{id} give them. */
  readonly tickets?: readonly Payload[];
  /** As GET /articles/{id} answers; the list gives them without statistics. */
  readonly articles?: readonly Payload[];
  readonly collections?: readonly Payload[];
  readonly helpCenters?: readonly Payload[];
  readonly subscriptionTypes?: readonly Payload[];
  readonly awayStatusReasons?: readonly Payload[];
  /** As POST /calls/search answers; the list gives them without transcripts. */
  readonly calls?: readonly Payload[];
  readonly activityLogs?: readonly Payload[];
  /** Each names its contact or company. */
  readonly notes?: readonly Payload[];
  /** By contact, company or conversation id. */
  readonly segmentsOf?: Readonly<Record<string, readonly Payload[]>>;
  readonly handlingEventsOf?: Readonly<Record<string, readonly Payload[]>>;
  readonly sideConversationsOf?: Readonly<Record<string, readonly Payload[]>>;
  readonly conversationAttributes?: readonly Payload[];
  /** Of contacts and companies: each names its own in `model`. */
  readonly dataAttributes?: readonly Payload[];
  readonly ticketTypes?: readonly Payload[];
  readonly ticketStates?: readonly Payload[];
  /** As GET /conversations/deleted lists them. */
  readonly deleted?: readonly Payload[];
  /** All companies by contact id, where the contact's own list is cut; else those that the contact names. */
  readonly companiesOfContacts?: Readonly<Record<string, readonly Payload[]>>;
}

type ById = "companiesOfContacts" | "segmentsOf" | "handlingEventsOf" | "sideConversationsOf";
/** Payloads that come as one list. */
export type Kind = Exclude<keyof FixturePayloads, "me" | ById>;

/** Throws TypeError when it is no JSON object. */
export function read(payload: Payload): JsonObject {
  const value: JsonValue = typeof payload === "string" ? parseLossless(payload) : payload;
  if (!isObject(value)) throw new TypeError("a payload must be a JSON object");
  return value;
}
