import type { TestContext } from "node:test";
import type { Fault, FaultKind } from "../../fake/intercom/faults.ts";
import { type JsonObject, objectsIn, parseObject } from "../../fake/json.ts";
import { fromBytes } from "../../fake/json-text.ts";
import { changed } from "../odd-answers.ts";
import { countOf, openWorkshop } from "../odd-workshop.ts";
import type { RunResult, Workshop, WorkshopOptions } from "../workshop.ts";

export const searchTickets = "POST /tickets/search";
export const retrieveTicket = "GET /tickets/{id}";

/** A small workspace of tickets, with as few other records as there can be. */
export const ticketWorkspace: WorkshopOptions = {
  conversations: 20,
  accounts: 4,
  lonelyCompanies: 2,
  tickets: 24,
  seed: 4,
};

/** The flags of a run that reads tickets alone. */
export const ticketsAlone = { flags: { streams: "tickets" } } as const;

/** A workshop of tickets that is closed when the test ends. */
export function openTickets(context: TestContext, options: WorkshopOptions = {}): Promise<Workshop> {
  return openWorkshop(context, { ...ticketWorkspace, ...options });
}

export function ticketIds(workshop: Workshop): string[] {
  return [...workshop.fake.world.ticketIds()];
}

/** A ticket as its own request shows it. */
export function ticketOf(workshop: Workshop, id: string): JsonObject {
  const ticket = workshop.fake.world.tickets.retrieve(id);
  if (ticket === null) throw new Error(`there is no ticket ${id}`);
  return parseObject(fromBytes(ticket.bytes));
}

/** In words, what is wrong with the stored tickets. */
export async function ticketFaults(workshop: Workshop): Promise<string[]> {
  return (await workshop.faults("loose")).filter(
    (fault) => /ticket/.test(fault) && !/ticket_(types|states)/.test(fault),
  );
}

/** Tickets that the warehouse takes for deleted. */
export function deletedTickets(workshop: Workshop): Promise<number> {
  return countOf(workshop, "tickets where is_deleted");
}

/** The search's answers, each ticket of them changed. */
export function eachTicket(change: (ticket: JsonObject, index: number) => JsonObject): Fault {
  return searchAnswers((json) => ({ ...json, tickets: objectsIn(json["tickets"]).map(change) }));
}

/** The search's answers, changed. */
export function searchAnswers(change: (json: JsonObject) => JsonObject): Fault {
  return { ...changed(change), route: searchTickets };
}

/** The search's answers, and its counts of everything, as if some tickets were not there. */
export function withoutTickets(ids: ReadonlySet<string>): Fault {
  return searchAnswers((json) => {
    const tickets = objectsIn(json["tickets"]).filter((ticket) => !ids.has(idOf(ticket)));
    const total = Number(json["total_count"]);
    return { ...json, tickets, total_count: total > ids.size ? total - ids.size : tickets.length };
  });
}

/** One ticket's own answer. */
export function ofTicket(id: string, kind: FaultKind): Fault {
  return { ...kind, path: new RegExp(`^/tickets/${id}$`) };
}

export function idOf(record: JsonObject): string {
  return String(record["id"]);
}

/** Requests that a run sent, by route. */
export async function requestsOf(
  workshop: Workshop,
  run: () => Promise<RunResult>,
): Promise<{ readonly run: RunResult; readonly of: (route: string) => number }> {
  const before = new Map(workshop.fake.requests.byRoute);
  const result = await run();
  const after = new Map(workshop.fake.requests.byRoute);
  return { run: result, of: (route) => (after.get(route) ?? 0) - (before.get(route) ?? 0) };
}
