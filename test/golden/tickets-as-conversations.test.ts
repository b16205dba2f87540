import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { checkTickets } from "../checker/tickets.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { martsSchema, Pipeline } from "./pipeline.ts";

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

test("tickets that Intercom lists among the conversations count once, and as conversations only if a customer's", async () => {
  const summary = await pipeline.sync(fake);
  const syncedAt = [world.clock()];
  await pipeline.build();
  const { workspaceId } = summary;
  const categoryOf = new Map([...world.ticketIds()].map((id) => [id, categoryIn(id)]));
  const own = [...categoryOf].filter(([id]) => !world.ticketEvents(id)?.some(({ kind }) => kind === "converted"));
  const internal = own.filter(([, category]) => category !== "Customer").map(([id]) => id);
  const customers = own.filter(([, category]) => category === "Customer").map(([id]) => id);
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
});

function categoryIn(id: string): string {
  const [created] = world.ticketEvents(id) ?? [];
  return created?.kind === "created" ? created.category : "";
}

async function idsIn(connection: DuckDBConnection, column: string, from: string): Promise<string[]> {
  const rows = await connection.runAndReadAll(`select ${column} from ${martsSchema}.${from}`);
  return rows.getRows().map(([id]) => String(id));
}
