import pLimit from "p-limit";
import { ConfigError, RefusedError, UnavailableError } from "../../errors.ts";
import { textAt, valueAt } from "../../json-path.ts";
import { isPseudonym } from "../../pseudonyms.ts";
import type { Destination, Examined, Outcome, Sendable, Settled } from "../destination.ts";
import type { HttpResponse } from "../http.ts";
import type { OutboxEntry, PendingTicket } from "../outbox.ts";
import {
  AttioClient,
  type AttioClientOptions,
  type AttioRequest,
  concurrency,
  type WrittenOnce,
  writeOnce,
} from "./client.ts";
import { actionFor, codeOf, isPassing, reasonFor } from "./errors.ts";
import type { Links } from "./fields.ts";
import { Directory } from "./lookup.ts";
import { type AttioMode, checkComplete, containers, inspect } from "./setup.ts";
import { NoteWriter, RecordWriter, removeNotes, type TicketWriter } from "./writers.ts";

export type AttioOptions = AttioClientOptions & { readonly mode: AttioMode; readonly isCreatingPeople: boolean };

/** When Attio refuses so many tickets in a row, the cause is not the tickets. */
const refusalsInARowMax = 20;

type Examinee = PendingTicket & { readonly links: Links | Outcome };

/** How a ticket is sent. @property isDoubtful whether an earlier run may have sent it, although Attio does not show it */
type Plan = { readonly links: Links | undefined; readonly isDoubtful: boolean };

/**
 * Attio: one write per ticket, at the documented pace. When nobody knows whether a write was done, it is looked up before it
 * is sent again, by this run or the next.
 *
 * Errors: RefusedError (key, scopes), ConfigError (what has to be set up), UnavailableError.
 */
export class Attio implements Destination {
  readonly name = "attio";
  readonly target: string;
  readonly isUpdating: boolean;
  readonly pagesAtOnce = 2;
  readonly #client: AttioClient;
  readonly #writer: TicketWriter;
  readonly #directory: Directory;
  /** The plans of examined tickets that are not sent yet, by event. */
  readonly #plans = new Map<string, Plan>();
  #refusedInARow = 0;

  private constructor(client: AttioClient, writer: TicketWriter, options: AttioOptions, workspaceId: string) {
    this.#client = client;
    this.#writer = writer;
    this.#directory = new Directory(client, options.isCreatingPeople);
    this.isUpdating = writer.isUpdating;
    this.target = `workspace ${workspaceId} ${options.mode}`;
  }

  /** Errors: ConfigError when the workspace is not set up for the mode. */
  static async open(options: AttioOptions): Promise<Attio> {
    const client = new AttioClient(options);
    try {
      const workspaceId = await attioWorkspace(client);
      if (options.mode === "note") return new Attio(client, new NoteWriter(client), options, workspaceId);
      const container = containers[options.mode];
      const mapping = checkComplete(container, await inspect(client, container));
      return new Attio(client, new RecordWriter(client, container, mapping), options, workspaceId);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  get requests(): number {
    return this.#client.requests;
  }

  get refusals(): number {
    return this.#client.refusals;
  }

  async examine(page: readonly PendingTicket[]): Promise<Examined> {
    await this.#directory.learn(
      page.flatMap(({ ticket: { contact_email: email } }) => (email === null || isPseudonym(email) ? [] : email)),
      page.flatMap(({ ticket }) => ticket.company_domain ?? []),
    );
    const limit = pLimit(concurrency);
    const linked = await Promise.all(
      page.map((pending) => limit(async () => ({ ...pending, links: await this.#linksOf(pending) }))),
    );
    const sought = linked.filter(({ entry }) => this.#mayBeThere(entry));
    const found = await this.#writer.find(sought.map((each) => ({ ticket: each.ticket, personIds: peopleOf(each) })));
    const settled: Settled[] = [];
    const ready: Sendable[] = [];
    for (const each of linked) {
      const next = await this.#next(each, found.get(each.ticket.event_uuid) ?? []);
      if ("outcome" in next) settled.push(next);
      else ready.push(next);
    }
    return { settled, ready };
  }

  /** What to do about a ticket. @param ids of the ticket in Attio, where it was looked up */
  async #next({ ticket, entry, links }: Examinee, ids: readonly string[]): Promise<Settled | Sendable> {
    const sentId = entry.sentId !== null && ids.includes(entry.sentId) ? entry.sentId : (ids[0] ?? entry.sentId);
    const doubles = this.#writer.isOnPerson ? ids.filter((id) => id !== sentId) : [];
    await removeNotes(this.#client, doubles);
    // The ticket may have changed since it was sent, and an update may not have been done.
    const isSame = entry.state === "sent" && entry.sentId === null && entry.payloadHash === ticket.payload_hash;
    if (sentId !== null && (isSame || !this.isUpdating)) return { entry, outcome: { state: "confirmed", sentId } };
    if ("state" in links) {
      if (sentId === null) return { entry, outcome: links };
      this.#plans.set(ticket.event_uuid, { links: undefined, isDoubtful: false });
      return { kind: "ticket", ticket, entry: { ...entry, sentId } };
    }
    this.#plans.set(ticket.event_uuid, { links, isDoubtful: entry.state === "sent" });
    if (!this.#writer.isOnPerson) return { kind: "ticket", ticket, entry: { ...entry, sentId } };
    // By the next run the contact may have been merged into another person.
    const isMoved = entry.distinctId !== links.personId;
    return { kind: "ticket", ticket, entry: { ...entry, distinctId: links.personId }, isMoved };
  }

  /** Whether a ticket may be in Attio, or there twice: a killed run may have sent it. */
  #mayBeThere({ step, state, sentId }: OutboxEntry): boolean {
    return (step > 1 && sentId === null) || (this.#writer.isOnPerson && state === "sent");
  }

  async send(ready: readonly Sendable[], onOutcome: (sent: Sendable, outcome: Outcome) => void): Promise<void> {
    const limit = pLimit(concurrency);
    let failure: { readonly error: unknown } | undefined;
    await Promise.all(
      ready.map((sendable) =>
        limit(async () => {
          if (failure !== undefined) return;
          try {
            onOutcome(sendable, await this.#write(sendable));
            this.#checkRefusals();
          } catch (error) {
            failure ??= { error };
          }
        }),
      ),
    );
    if (failure !== undefined) throw failure.error;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #linksOf({ ticket }: PendingTicket): Promise<Links | Outcome> {
    if (ticket.contact_email === null) return { state: "rejected", reason: "the contact has no email" };
    // Somebody with such an "address" would be made, whom nobody can write to.
    if (isPseudonym(ticket.contact_email))
      return { state: "rejected", reason: "the warehouse has a pseudonym for the contact's email (PII_MODE)" };
    const person = await this.#directory.personId(ticket.contact_email, ticket.contact_name);
    if ("reason" in person) return { state: "waiting", reason: person.reason };
    return { personId: person.id, companyId: this.#directory.companyId(ticket.company_domain) };
  }

  async #write({ ticket, entry }: Sendable): Promise<Outcome> {
    const plan = this.#plans.get(ticket.event_uuid);
    if (plan === undefined) throw new Error(`event ${ticket.event_uuid} was not examined`);
    this.#plans.delete(ticket.event_uuid);
    const { links, isDoubtful } = plan;
    const isUpdate = entry.sentId !== null;
    const request = this.#writer.requestFor({ ticket, links }, isUpdate);
    const sought = { ticket, personIds: links === undefined ? [] : [links.personId] };
    const find = async (): Promise<string | undefined> =>
      (await this.#writer.find([sought])).get(ticket.event_uuid)?.at(0);
    // An update that may have been done is sent again: it has the same content.
    const written = await writeOnce(this.#client, request, isUpdate ? async () => undefined : find);
    const sentId = "id" in written ? written.id : await this.#idFrom(written.response, find);
    if (sentId === undefined) return this.#refusal(written, request);
    this.#refusedInARow = 0;
    // An attempt without a response may still arrive, and makes a second note.
    const isUnsure = this.#writer.isOnPerson && (isDoubtful || written.isRepeated);
    return { state: isUnsure ? "sent" : "confirmed", sentId };
  }

  async #idFrom(response: HttpResponse, find: () => Promise<string | undefined>): Promise<string | undefined> {
    const action = actionFor(response.status, codeOf(response));
    return action === "accept" ? this.#writer.idOf(response) : action === "taken" ? find() : undefined;
  }

  /** The outcome of a refused write. Errors: ConfigError where every other ticket would fail too. */
  #refusal(written: WrittenOnce, { method, path }: AttioRequest): Outcome {
    if (!("response" in written)) throw new Error("a write that was found was refused");
    const { response } = written;
    const action = actionFor(response.status, codeOf(response));
    if (action === "missing" && this.#writer.isOnPerson)
      return { state: "waiting", reason: "the person was removed from Attio, or merged, meanwhile" };
    if (action === "missing" || action === "unavailable")
      throw new ConfigError(
        `${method} ${path.split("?")[0]} of Attio answered ${`${response.status} ${codeOf(response)}`.trim()}: the set-up is gone, or the plan no longer includes it. Run with --setup; what was sent is recorded.`,
      );
    if (isPassing(response)) return { state: "waiting", reason: reasonFor(response) };
    this.#refusedInARow += 1;
    return { state: "rejected", reason: reasonFor(response) };
  }

  #checkRefusals(): void {
    if (this.#refusedInARow >= refusalsInARowMax)
      throw new UnavailableError(
        `Attio refused ${this.#refusedInARow} tickets in a row, so the cause is not the tickets. Look at \`reason\` in _activations, run with --setup, and then with --retry-rejected. The other tickets were not sent.`,
      );
  }
}

/** The people whom a note may be on: the person whom an earlier run chose, and the person whom the contact is now. */
function peopleOf({ entry, links }: Examinee): readonly string[] {
  return [...(entry.distinctId === null ? [] : [entry.distinctId]), ...("state" in links ? [] : [links.personId])];
}

/** The id of the key's workspace. Errors: RefusedError where the key is not active. */
export async function attioWorkspace(client: AttioClient): Promise<string> {
  const response = await client.read({ method: "GET", path: "/v2/self", scope: "(none)" });
  const workspaceId = textAt(response.json, "workspace_id");
  if (workspaceId !== undefined && valueAt(response.json, "active") === true) return workspaceId;
  if (valueAt(response.json, "active") === false)
    throw new RefusedError(
      `Attio at ${client.baseUrl} says that ATTIO_API_KEY is not active: make a new one under Workspace settings > Developers.`,
    );
  throw new ConfigError(
    `ATTIO_BASE_URL (${client.baseUrl}) answered ${response.status}, which Attio does not: check ATTIO_BASE_URL.`,
  );
}
