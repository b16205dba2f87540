import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { checkTickets } from "../checker/tickets/check.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { martsSchema, Pipeline } from "./pipeline.ts";

const hour = 3600;
const world = new GeneratedWorld({
  conversations: 400,
  tickets: 160,
  ticketsShareIds: true,
  ticketsAreConversations: true,
});
const fake = await startFakeIntercom({ world });
const pipeline = await Pipeline.create();

after(async () => {
  await fake.close();
  await pipeline.remove();
});

const syncedAt: number[] = [];

test("tickets that Intercom lists among the conversations count once, and as conversations only if a customer's", async () => {
  await syncBuildAndCheck({ isLast: false });
});

test("a deleted one is no conversation, and no ticket that was left out", async () => {
  const before = ownTickets();
  world.advance(2 * hour);
  const deleted = ["Customer", "Back-office", "Tracker"].flatMap((category) =>
    before.filter((id) => categoryIn(id) === category).slice(0, 3),
  );
  for (const id of deleted) world.changeTickets.delete(id);
  world.advance(60);
  assert.equal(deleted.length, 9);
  await syncBuildAndCheck({ isLast: true });
});

async function syncBuildAndCheck({ isLast }: { readonly isLast: boolean }): Promise<void> {
  const { workspaceId } = await pipeline.sync(fake);
  syncedAt.push(world.clock());
  await pipeline.build({ isTested: isLast });
  const own = ownTickets();
  const internal = own.filter((id) => categoryIn(id) !== "Customer");
  const customers = own.filter((id) => categoryIn(id) === "Customer");
  assert.ok(
    internal.length > 20 && customers.length > 5,
    `${internal.length} internal, ${customers.length} customers'`,
  );
  await pipeline.read(async (connection) => {
    const marts = { connection, schema: martsSchema, workspaceId };
    assert.deepEqual((await checkTickets(marts, world, syncedAt, { areListed: true })).differences, []);
    const conversations = await idsIn(connection, "conversation_id", "conversations");
    assert.deepEqual(
      conversations.toSorted(),
      [...world.conversationIds(), ...customers].toSorted(),
      "a tracker or a back-office ticket is among the conversations, or a customer's is missing",
    );
    const leftOut = "tickets_left_out";
    assert.deepEqual(await idsIn(connection, leftOut, `sync_health where ${leftOut} is not null`), [
      String(internal.length),
    ]);
  });
}

/** Tickets that are there and were never a conversation. */
function ownTickets(): string[] {
  return [...world.ticketIds()].filter((id) => !world.ticketEvents(id)?.some(({ kind }) => kind === "converted"));
}

function categoryIn(id: string): string {
  const [created] = world.ticketEvents(id) ?? [];
  return created?.kind === "created" ? created.category : "";
}

async function idsIn(connection: DuckDBConnection, column: string, from: string): Promise<string[]> {
  const rows = await connection.runAndReadAll(`select ${column} from ${martsSchema}.${from}`);
  return rows.getRows().map(([id]) => String(id));
}
