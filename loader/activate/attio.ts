import pLimit from "p-limit";
import { ConfigError, RefusedError } from "../errors.ts";
import type { OutboxEntry, PendingTicket } from "../outbox.ts";
import { AttioClient, type AttioClientOptions, concurrency, writeOnce } from "./attio-client.ts";
import { actionFor, codeOf, isPassing, reasonFor } from "./attio-errors.ts";
import type { Links } from "./attio-fields.ts";
import { Directory } from "./attio-lookup.ts";
import { type AttioMode, checkComplete, containers, inspect } from "./attio-setup.ts";
import { type Linked, NoteWriter, RecordWriter, type TicketWriter } from "./attio-writers.ts";
import type { Destination, Examined, Outcome, Sendable, Settled } from "./destination.ts";
import { textAt, valueAt } from "./http.ts";

export type AttioOptions = AttioClientOptions & { readonly mode: AttioMode; readonly isCreatingPeople: boolean };

/**
 * Attio, one write a ticket at its documented pace. A write of which nobody knows whether it was done is looked up before
 * it is sent again, by this run or the next.
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
  /** Of what was examined and is not sent yet, by event. */
  readonly #links = new Map<string, Links>();

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
      page.flatMap(({ ticket }) => ticket.contact_email ?? []),
      page.flatMap(({ ticket }) => ticket.company_domain ?? []),
    );
    const settled: Settled[] = [];
    const linked: (Linked & PendingTicket)[] = [];
    const limit = pLimit(concurrency);
    const linksOfAll = page.map((pending) => limit(async () => ({ pending, links: await this.#linksOf(pending) })));
    for (const { pending, links } of await Promise.all(linksOfAll)) {
      if ("state" in links) settled.push({ entry: pending.entry, outcome: links });
      else linked.push({ ...pending, links });
    }
    const found = await this.#writer.find(linked.filter(({ entry }) => mayBeThere(entry)));
    const ready: Sendable[] = [];
    for (const { ticket, entry, links } of linked) {
      const sentId = found.get(ticket.event_uuid);
      const isThere = sentId !== undefined;
      // What was sent may not be what the ticket is now.
      const isSame = entry.state === "sent" && entry.payloadHash === ticket.payload_hash;
      if (isThere && (isSame || !this.isUpdating)) {
        settled.push({ entry, outcome: { state: "confirmed", sentId } });
        continue;
      }
      this.#links.set(ticket.event_uuid, links);
      ready.push({ kind: "ticket", ticket, entry: isThere ? { ...entry, sentId } : entry });
    }
    return { settled, ready };
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
    const person = await this.#directory.personId(ticket.contact_email, ticket.contact_name);
    if ("reason" in person) return { state: "waiting", reason: person.reason };
    return { personId: person.id, companyId: this.#directory.companyId(ticket.company_domain) };
  }

  async #write({ ticket, entry }: Sendable): Promise<Outcome> {
    const links = this.#links.get(ticket.event_uuid);
    if (links === undefined) throw new Error(`event ${ticket.event_uuid} was not examined`);
    this.#links.delete(ticket.event_uuid);
    const linked = { ticket, links };
    const isUpdate = entry.sentId !== null;
    const question = this.#writer.question(linked, isUpdate);
    const find = async (): Promise<string | undefined> => (await this.#writer.find([linked])).get(ticket.event_uuid);
    // An update that may have been done is simply done again: it says the same.
    const written = await writeOnce(this.#client, question, isUpdate ? async () => undefined : find);
    if ("id" in written) return { state: "confirmed", sentId: written.id };
    const { reply } = written;
    const action = actionFor(reply.status, codeOf(reply));
    const sentId = action === "accept" ? this.#writer.idOf(reply) : action === "taken" ? await find() : undefined;
    if (sentId !== undefined) return { state: "confirmed", sentId };
    if (action === "missing" && this.#writer.isOnPerson)
      return { state: "waiting", reason: "the person was removed from Attio, or merged, meanwhile" };
    if (action === "missing" || action === "unavailable")
      throw new ConfigError(
        `${question.method} ${question.path.split("?")[0]} of Attio answered ${`${reply.status} ${codeOf(reply)}`.trim()}: what was set up is gone, or the plan no longer has it. Run with --setup; what was sent is recorded.`,
      );
    return { state: isPassing(reply) ? "waiting" : "rejected", reason: reasonFor(reply) };
  }
}

/** More than planned, and no id of it known: a run that was killed may have sent it. */
function mayBeThere(entry: OutboxEntry): boolean {
  return entry.step > 1 && entry.sentId === null;
}

/** The id of the key's workspace. Errors: RefusedError when the key is not active. */
export async function attioWorkspace(client: AttioClient): Promise<string> {
  const reply = await client.read({ method: "GET", path: "/v2/self", scope: "(none)" });
  const workspaceId = textAt(reply.json, "workspace_id");
  if (workspaceId !== undefined && valueAt(reply.json, "active") === true) return workspaceId;
  if (valueAt(reply.json, "active") === false)
    throw new RefusedError(
      `Attio at ${client.baseUrl} says that ATTIO_API_KEY is not active: make a new one under Workspace settings > Developers.`,
    );
  throw new ConfigError(`ATTIO_BASE_URL (${client.baseUrl}) answered ${reply.status} like no Attio: check it.`);
}
