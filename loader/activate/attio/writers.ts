import pLimit from "p-limit";
import { UnavailableError } from "../../errors.ts";
import { textAt } from "../../json-path.ts";
import type { HttpResponse } from "../http.ts";
import type { ClosedTicket } from "../outbox.ts";
import { type AttioClient, type AttioRequest, concurrency } from "./client.ts";
import { codeOf } from "./errors.ts";
import { keyField, type Links, type Mapping, recordValues, ticketTitle } from "./fields.ts";
import { recordsWith } from "./lookup.ts";
import { readOffsetList } from "./pages.ts";
import type { Container } from "./setup.ts";

/** A ticket with its links; undefined links leave those of the record as they are. */
export type Linked = { readonly ticket: ClosedTicket; readonly links: Links | undefined };

/** A ticket to look up, and the people whom its note may be on. */
export type Sought = { readonly ticket: ClosedTicket; readonly personIds: readonly string[] };

/** How a ticket becomes something in Attio. */
export interface TicketWriter {
  /** Whether what was written can be changed. */
  readonly isUpdating: boolean;
  /** Whether a ticket becomes part of the person's record. */
  readonly isOnPerson: boolean;
  /** The ids of tickets that are in Attio, by event: several where a ticket was written twice. */
  find(sought: readonly Sought[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** @param isUpdate whether the ticket was written before */
  requestFor(linked: Linked, isUpdate: boolean): AttioRequest;
  idOf(response: HttpResponse): string | undefined;
}

/** Records of an activity or an object, which have a unique key: a second write changes the first. */
export class RecordWriter implements TicketWriter {
  readonly isUpdating = true;
  readonly isOnPerson = false;
  readonly #client: AttioClient;
  readonly #container: Container;
  readonly #mapping: Mapping;
  readonly #key: string;

  constructor(client: AttioClient, container: Container, mapping: Mapping) {
    this.#client = client;
    this.#container = container;
    this.#mapping = mapping;
    this.#key = mapping.get(keyField)?.slug ?? keyField;
  }

  async find(sought: readonly Sought[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const lookup = {
      records: `${this.#container.path}/records`,
      attribute: this.#key,
      property: "value",
      scope: `${this.#container.recordScope}:read`,
    };
    return recordsWith(
      this.#client,
      lookup,
      sought.map(({ ticket }) => ticket.event_uuid),
    );
  }

  requestFor({ ticket, links }: Linked, isUpdate: boolean): AttioRequest {
    return {
      method: "PUT",
      path: `${this.#container.path}/records?matching_attribute=${this.#key}`,
      body: { data: { values: recordValues(ticket, links, this.#mapping, isUpdate) } },
      scope: `${this.#container.recordScope}:read-write`,
    };
  }

  idOf(response: HttpResponse): string | undefined {
    return textAt(response.json, "data", "id", "record_id");
  }
}

const notesPerPage = 50;
/** Pages of one person's notes. Their order is not documented, so all are read. */
const notePagesMax = 200;

/**
 * Notes on the person. A note has no key and cannot be changed: its last line names the close, and `find` reads that line.
 */
export class NoteWriter implements TicketWriter {
  readonly isUpdating = false;
  readonly isOnPerson = true;
  readonly #client: AttioClient;

  constructor(client: AttioClient) {
    this.#client = client;
  }

  async find(sought: readonly Sought[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, { readonly id: string; readonly text: string }[]>();
    const eventsBySignature = new Map(sought.map(({ ticket }) => [signature(ticket), ticket.event_uuid]));
    const people = new Set(sought.flatMap(({ personIds }) => personIds));
    const limit = pLimit(concurrency);
    const search = async (personId: string): Promise<void> => {
      for await (const note of this.#notesOf(personId)) {
        const text = (textAt(note, "content_plaintext") ?? "").trimEnd();
        const event = eventsBySignature.get(text.split("\n").at(-1)?.trim() ?? "");
        const id = textAt(note, "id", "note_id");
        if (event !== undefined && id !== undefined) found.set(event, [...(found.get(event) ?? []), { id, text }]);
      }
    };
    await Promise.all([...people].map((personId) => limit(() => search(personId))));
    // A note that somebody edited is no double.
    return new Map(
      [...found].map(([event, notes]) => [
        event,
        notes.filter(({ text }) => text === notes[0]?.text).map(({ id }) => id),
      ]),
    );
  }

  requestFor({ ticket, links }: Linked): AttioRequest {
    if (links === undefined) throw new Error(`the note for event ${ticket.event_uuid} has no person to attach to`);
    return {
      method: "POST",
      path: "/v2/notes",
      body: {
        data: {
          parent_object: "people",
          parent_record_id: links.personId,
          title: ticketTitle(ticket),
          format: "plaintext",
          content: noteText(ticket),
          created_at: new Date(ticket.closed_at * 1000).toISOString(),
        },
      },
      scope: "note:read-write",
    };
  }

  idOf(response: HttpResponse): string | undefined {
    return textAt(response.json, "data", "id", "note_id");
  }

  #notesOf(personId: string): AsyncGenerator<unknown> {
    return readOffsetList(this.#client, {
      path: `/v2/notes?parent_object=people&parent_record_id=${encodeURIComponent(personId)}`,
      scope: "note:read",
      perPage: notesPerPage,
      pagesMax: notePagesMax,
      // 404: the person is gone, and the notes too; or was merged, and the notes are on the other person.
      errorFor: (response) =>
        response.status === 404 ? undefined : unlisted(`answered ${`${response.status} ${codeOf(response)}`.trim()}`),
      endless: () => unlisted(`has more than ${notePagesMax * notesPerPage} notes on the person ${personId}`),
    });
  }
}

/** The error for unreadable notes: a note that may exist must not be written again. */
function unlisted(what: string): UnavailableError {
  return new UnavailableError(
    `GET /v2/notes of Attio ${what}, so it is not known whether notes are there already. What was sent is recorded; run the same command again.`,
  );
}

/** Removes doubled notes. Errors: those of the client; UnavailableError when Attio refuses. */
export async function removeNotes(client: AttioClient, noteIds: readonly string[]): Promise<void> {
  for (const noteId of noteIds) {
    const request = {
      method: "DELETE",
      path: `/v2/notes/${encodeURIComponent(noteId)}`,
      scope: "note:read-write",
    } as const;
    const response = await client.writeUntilAnswered(request);
    if (response.status >= 300 && response.status !== 404)
      throw new UnavailableError(
        `DELETE /v2/notes of Attio answered ${`${response.status} ${codeOf(response)}`.trim()}: a note stays there twice. Run the same command again.`,
      );
  }
}

function signature(ticket: ClosedTicket): string {
  return `Intercom conversation ${ticket.conversation_id}, close ${ticket.close_id} (${ticket.event_uuid})`;
}

function noteText(ticket: ClosedTicket): string {
  const facts = [
    `Opened ${day(ticket.created_at)}, closed ${day(ticket.closed_at)} after ${duration(ticket.time_to_resolution_seconds)}.`,
    ticket.time_to_first_reply_seconds === null
      ? undefined
      : `First reply after ${duration(ticket.time_to_first_reply_seconds)}.`,
    `Messages: ${ticket.message_count}, reopenings: ${ticket.count_reopens ?? 0}.`,
    ticket.rating === null
      ? undefined
      : `Rated ${ticket.rating} of 5${ticket.rating_remark === null ? "" : `: ${ticket.rating_remark}`}.`,
    ticket.tags.length === 0 ? undefined : `Tags: ${ticket.tags.join(", ")}.`,
    ticket.topics.length === 0 ? undefined : `Topics: ${ticket.topics.join(", ")}.`,
  ];
  const message = ticket.first_message_body === null ? [] : ["", ticket.first_message_body];
  return [...facts.filter((fact) => fact !== undefined), ...message, "", signature(ticket)].join("\n");
}

function day(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
