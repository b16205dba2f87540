import { createHash } from "node:crypto";
import { isPseudonym } from "../../pseudonyms.ts";
import type { Outcome, Sendable } from "../destination.ts";
import { jsonBody } from "../http.ts";
import type { ClosedTicket } from "../outbox.ts";

/** PostHog's documented limits, with some room: PostHog counts an event's JSON escaped once more. */
const eventBytesMax = 900_000;
const distinctIdLengthMax = 200;
/** PostHog's own bound of a group's key. */
const groupKeyLengthMax = 400;
/** PostHog sets later events to its own time, again with each attempt (after 23 hours, by its source). */
const futureSecondsMax = 22 * 3600;
/** PostHog wants older events as a migration, so that they do not delay live events. */
const historicalSeconds = 48 * 3600;
const groupType = "company";
/**
 * The distinct_id of events about companies. PostHog makes a person of every distinct_id, and accepts no event without one.
 * All companies share this person: one person per company would be thousands of people who do not exist.
 */
export const companiesDistinctId = "$intercom-warehouse-companies";

/**
 * Ids that stand for nobody, quoted or not. PostHog accepts their events but never links such an id to a person
 * (`isDistinctIdIllegal` in its source): all customers with such an id would be one person.
 */
const illegalInAnyCase = new Set([
  ...["anonymous", "guest", "distinctid", "distinct_id", "id", "not_authenticated", "email", "undefined"],
  ...["true", "false"],
]);
const illegalAsWritten = new Set(["[object Object]", "NaN", "None", "none", "null", "0"]);

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** An event as it is sent. The text is kept: a second sending must be the same to the letter. */
export type PostHogEvent = {
  readonly sendable: Sendable;
  readonly text: string;
  readonly bytes: number;
  readonly isHistorical: boolean;
};

export type PostHogEventOptions = {
  readonly now: number;
  /** Whether events make and change profiles of people, and of companies, which have no profile otherwise. */
  readonly hasPersonProfiles: boolean;
};

/** Why a ticket or company has no event. */
export type Unsendable = { readonly outcome: Outcome & { readonly state: "rejected" | "waiting" } };

/** The event, or why PostHog would silently drop or spoil it. @param options `now` in epoch seconds */
export function postHogEvent(sendable: Sendable, options: PostHogEventOptions): PostHogEvent | Unsendable {
  const { entry, kind } = sendable;
  const reason = dropReason(sendable);
  if (reason !== undefined) return rejected(reason);
  if (entry.eventAt > options.now + futureSecondsMax)
    return { outcome: { state: "waiting", reason: "the close is in the future, by this machine's clock" } };
  const event =
    kind === "ticket"
      ? {
          event: "support_ticket_closed",
          uuid: entry.eventUuid,
          properties: ticketProperties(sendable.ticket, options),
        }
      : { event: "$groupidentify", uuid: groupEventUuid(sendable), properties: groupProperties(sendable.ticket) };
  const text = jsonBody({ ...event, distinct_id: entry.distinctId, timestamp: isoTime(entry.eventAt) });
  const escapedBytes = Buffer.byteLength(text) + (text.match(/["\\]/g)?.length ?? 0);
  if (escapedBytes > eventBytesMax) return rejected("the event is larger than the 1 MB that PostHog accepts");
  const isHistorical = options.now - entry.eventAt > historicalSeconds;
  return { sendable, text, bytes: Buffer.byteLength(text), isHistorical };
}

function rejected(reason: string): Unsendable {
  return { outcome: { state: "rejected", reason } };
}

function dropReason({ entry, kind, ticket }: Sendable): string | undefined {
  const id = entry.distinctId;
  if (id === null || id.trim() === "") return "the contact has none of the keys of activation_distinct_id";
  if (id.length > distinctIdLengthMax) return `the distinct_id has more than ${distinctIdLengthMax} characters`;
  if (isNobody(id)) return "PostHog accepts this distinct_id for no person";
  if (kind === "company" && (companyKey(ticket)?.length ?? 0) > groupKeyLengthMax)
    return `the company's id has more than ${groupKeyLengthMax} characters`;
  if (kind === "ticket" && !uuidPattern.test(entry.eventUuid)) return "event_uuid is not a UUID";
  if (!Number.isFinite(entry.eventAt) || entry.eventAt <= 0) return "the close has no time";
  return undefined;
}

function isNobody(id: string): boolean {
  const bare = /^(["'])(.*)\1$/s.exec(id)?.[2] ?? id;
  return illegalInAnyCase.has(bare.toLowerCase()) || illegalAsWritten.has(bare);
}

function ticketProperties(ticket: ClosedTicket, { hasPersonProfiles }: PostHogEventOptions) {
  const { event_uuid: _, payload_hash: __, distinct_id: ___, created_at, closed_at, ...rest } = ticket;
  const key = companyKey(ticket);
  return {
    ...rest,
    contact_email: withoutPseudonym(ticket.contact_email),
    contact_name: withoutPseudonym(ticket.contact_name),
    created_at: isoTime(created_at),
    closed_at: isoTime(closed_at),
    $lib: "intercom-warehouse",
    // A server sends the event: the server's location is not the customer's.
    $geoip_disable: true,
    // PostHog drops groups of events without a profile.
    ...(hasPersonProfiles && key !== undefined && key.length <= groupKeyLengthMax
      ? { $groups: { [groupType]: key } }
      : {}),
    ...(hasPersonProfiles ? {} : { $process_person_profile: false }),
  };
}

/** A value that stands for another one would be read as an address or a name. */
function withoutPseudonym(value: string | null): string | null {
  return value === null || isPseudonym(value) ? null : value;
}

/** Your own id of the company; Intercom's id where the company has none. */
export function companyKey(ticket: ClosedTicket): string | undefined {
  return ticket.company_external_id || ticket.company_id || undefined;
}

function groupSet(ticket: ClosedTicket) {
  return {
    name: ticket.company_name ?? companyKey(ticket),
    ...(ticket.company_plan_name === null ? {} : { plan: ticket.company_plan_name }),
    ...(ticket.company_domain === null ? {} : { domain: ticket.company_domain }),
    ...(ticket.company_id === null ? {} : { intercom_company_id: ticket.company_id }),
  };
}

function groupProperties(ticket: ClosedTicket) {
  return {
    $group_type: groupType,
    $group_key: companyKey(ticket),
    $group_set: groupSet(ticket),
    $lib: "intercom-warehouse",
    $geoip_disable: true,
  };
}

/** The hash of a company's group properties. */
export function groupHash(ticket: ClosedTicket): string {
  return createHash("md5")
    .update(JSON.stringify(groupSet(ticket)))
    .digest("hex");
}

/** The outbox's event_uuid of a company. */
export function groupOutboxUuid(ticket: ClosedTicket, key: string): string {
  return uuidV5(`${ticket.workspace_id}/${groupType}/${key}`);
}

/** The uuid of a company's event. Changed properties make another event; a second sending is the same event. */
function groupEventUuid({ entry }: Sendable): string {
  return uuidV5(`${entry.eventUuid}/${entry.payloadHash}/${entry.eventAt}`);
}

const namespace = Buffer.from("7d0c1c4e9f1b5c5f8a3e2b6d4f907a15", "hex");

/** The name-based UUID (version 5) of a text in this project's namespace, as the macro `uuid_v5` makes it. */
export function uuidV5(name: string): string {
  const bytes = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
