import type { DuckDBConnection } from "@duckdb/node-api";
import { checkMetrics } from "../checker/conversation/check.ts";
import { checkBacklog } from "../checker/periods/backlog.ts";
import { checkTickets } from "../checker/tickets/check.ts";
import { checkWorld } from "../checker/world.ts";
import type { ConversationEvent } from "../fake/desk/events.ts";
import type { GeneratedWorld } from "../fake/desk/generated-world.ts";
import type { ThreadContent, WorkspaceContent } from "../fault/content.ts";
import { differences } from "../fault/differences.ts";
import { loadBookFaults } from "../fault/load-book.ts";
import { storedContent } from "../fault/stored-content.ts";
import { worldContent } from "../fault/world-content.ts";
import { withoutAdded } from "./desk-life.ts";
import { martsSchema, rawSchema } from "./operation.ts";

/** Conversations and tickets that a purge took, and that nobody has touched since. */
export type Gone = {
  readonly conversations: ReadonlySet<string>;
  readonly tickets: ReadonlySet<string>;
  /** Conversations that a purge ever took. They may have come back since, with what Intercom still shows of them. */
  readonly everTaken: ReadonlySet<string>;
};

const told = 5;

/** In words, everything in which the warehouse is not what the workspace is. */
export async function truthFaults(
  connection: DuckDBConnection,
  world: GeneratedWorld,
  syncedAt: readonly number[],
  gone: Gone,
): Promise<string[]> {
  const { id_code: workspaceId } = world.me()["app"] as { id_code: string }; // as the fake makes it
  const marts = { connection, schema: martsSchema, workspaceId };
  const kept = withoutGone(world, gone);
  const comparisons: Readonly<Record<string, () => Promise<readonly (string | null)[]>>> = {
    raw: () => rawFaults(connection, world, gone),
    loads: async () => (await loadBookFaults(connection, rawSchema)).filter((fault) => !isPurged(fault)),
    marts: async () => (await checkWorld(marts, kept, syncedAt)).differences,
    tickets: async () => (await checkTickets(marts, kept, syncedAt)).differences,
    metrics: async () => {
      const { differences: ofRows, now, groups } = await checkMetrics(marts, kept, syncedAt, {});
      return [ofRows, now, ...groups];
    },
    backlog: () => checkBacklog(marts, kept, syncedAt),
  };
  const found: (readonly [string, readonly (string | null)[]])[] = [];
  for (const [name, compare] of Object.entries(comparisons))
    found.push([name, await compare().catch((error: unknown) => [String(error)])]);
  return found.flatMap(([name, faults]) => {
    const words = faults.filter((fault) => fault !== null);
    const more = words.length > told ? [`${name}: and ${words.length - told} more`] : [];
    return [...words.slice(0, told).map((fault) => `${name}: ${fault}`), ...more];
  });
}

/** A purge takes rows from the loads that brought them. */
function isPurged(fault: string): boolean {
  const [, said = 0, found = 0] = /says (\d+) rows of .* and has (\d+)$/.exec(fault) ?? [];
  return Number(found) < Number(said);
}

async function rawFaults(connection: DuckDBConnection, world: GeneratedWorld, gone: Gone): Promise<string[]> {
  const stored = await storedContent(connection, rawSchema, "loose");
  const truth = worldContent(world, "loose");
  const expected: WorkspaceContent = {
    ...truth,
    conversations: without(truth.conversations, gone.conversations),
    tickets: without(truth.tickets, gone.tickets),
  };
  return [...differences(asBefore(stored), expected), ...stored.doubled];
}

/** What is stored, without the fields that Intercom has added meanwhile. */
function asBefore({ conversations, tickets, records }: WorkspaceContent): WorkspaceContent {
  const texts = (of: ReadonlyMap<string, string>): Map<string, string> =>
    new Map([...of].map(([id, text]) => [id, withoutAdded(text)]));
  const threads = (of: ReadonlyMap<string, ThreadContent>): Map<string, ThreadContent> =>
    new Map(
      [...of].map(([id, thread]) => [id, { ...thread, text: withoutAdded(thread.text), parts: texts(thread.parts) }]),
    );
  const lists = Object.entries(records).map(([table, of]) => [table, texts(of)]);
  return {
    conversations: threads(conversations),
    tickets: threads(tickets),
    records: Object.fromEntries(lists) as WorkspaceContent["records"], // one entry for each name
  };
}

function without<T>(of: ReadonlyMap<string, T>, ids: ReadonlySet<string>): Map<string, T> {
  return new Map([...of].filter(([id]) => !ids.has(id)));
}

/** The same world, in which nobody finds what is gone. */
function withoutGone(world: GeneratedWorld, gone: Gone): GeneratedWorld {
  const unless = <T>(id: string, taken: ReadonlySet<string>, found: T): T | null => (taken.has(id) ? null : found);
  const among = (ids: Iterable<string>, taken: ReadonlySet<string>): string[] =>
    [...ids].filter((id) => !taken.has(id));
  const kept: GeneratedWorld = Object.create(world, {
    conversationIds: { value: (options = {}) => among(world.conversationIds(options), gone.conversations) },
    events: {
      value: (id: string) => {
        const events = unless(id, gone.conversations, world.events(id));
        return events !== null && gone.everTaken.has(id) ? withLastRating(events) : events;
      },
    },
    ticketEvents: { value: (id: string) => unless(id, gone.tickets, world.ticketEvents(id)) },
    ticketIds: { value: (options = {}) => among(world.ticketIds(options), gone.tickets) },
  });
  return kept;
}

/** A conversation that came back after a purge has the rating that it has now: nobody knows of earlier ones. */
function withLastRating(events: readonly ConversationEvent[]): readonly ConversationEvent[] {
  const last = events.findLast((event) => event.kind === "rated");
  return last === undefined
    ? events
    : events.map((event) => (event.kind === "rated" ? { ...event, score: last.score } : event));
}
