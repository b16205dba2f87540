import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../../loader/config.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { Workshop } from "../fault/workshop.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { run } from "./run.ts";

const secondsPerDay = 86_400;

async function idsIn(workshop: Workshop, table: "conversations" | "tickets"): Promise<readonly string[]> {
  const rows = await readRows(workshop.duckdbPath, `select distinct id from intercom_raw.${table} order by id`);
  return rows.map((row) => String((row as { readonly id: unknown }).id));
}

/** So many days ago half of the conversations had their last change. */
async function medianDays(workshop: Workshop): Promise<number> {
  const rows = await readRows(
    workshop.duckdbPath,
    "select epoch(median(updated_at))::bigint::varchar as median from intercom_raw.conversations",
  );
  const median = Number((rows[0] as { readonly median: unknown }).median);
  return Math.floor((Date.now() / 1000 - median) / secondsPerDay);
}

test("what a purge removed comes back by no sync, however it searches, until it changes in Intercom", async (context) => {
  const workshop = await Workshop.open({ conversations: 120, accounts: 10, seed: 5, tickets: 60 });
  context.after(() => workshop.close());
  const { change, changeTickets } = workshop.fake.world;
  assert.equal((await workshop.run()).exitCode, 0);
  const before = { conversations: await idsIn(workshop, "conversations"), tickets: await idsIn(workshop, "tickets") };
  // The oldest one was rejected since: each run asks for it again.
  await withDuckDb(workshop.duckdbPath, (connection) =>
    connection.run(
      `insert into intercom_raw._rejected (stream, record_id, reason, _workspace_id, _load_id, _fetched_at, _loaded_at)
       select 'conversations', '${before.conversations[0]}', 'odd', _workspace_id, _load_id, _fetched_at + interval 1 second, _loaded_at
       from intercom_raw.conversations order by _fetched_at desc limit 1`,
    ),
  );
  const config = readConfig(workshop.environment);
  // Young, and closed for good.
  const recent = before.conversations[80] ?? "";
  const { summary, error } = await run(config, [], {
    olderThanDays: await medianDays(workshop),
    conversations: [recent],
  });
  assert.equal(error, undefined);
  assert.ok(summary.conversations_old > 30 && summary.tickets_old > 5, JSON.stringify(summary));
  const left = { conversations: await idsIn(workshop, "conversations"), tickets: await idsIn(workshop, "tickets") };
  const goneConversations = before.conversations.filter((id) => !left.conversations.includes(id));
  const goneTickets = before.tickets.filter((id) => !left.tickets.includes(id));
  assert.ok(goneConversations.includes(recent));
  workshop.fake.world.advance(2 * 3600);

  workshop.threadRequests.clear();
  for (const flags of [{}, { since: "2015-01-01" }, { searchAgain: true }, { list: true, streams: "conversations" }]) {
    const { exitCode, notes } = await workshop.run({ flags });
    assert.equal(exitCode, 0);
    assert.deepEqual(notes, [], JSON.stringify(flags));
    assert.deepEqual(await idsIn(workshop, "conversations"), left.conversations, JSON.stringify(flags));
    assert.deepEqual(await idsIn(workshop, "tickets"), left.tickets, JSON.stringify(flags));
  }
  const asked = [...workshop.threadRequests.keys()].filter((id) => goneConversations.includes(id));
  assert.deepEqual(asked, []);

  const [conversation = "", ticket = ""] = [goneConversations[0], goneTickets[0]];
  change.customerReplies(conversation, "Are you still there?");
  changeTickets.customerReplies(ticket, "I have it again");
  workshop.fake.world.advance(600);
  assert.equal((await workshop.run()).exitCode, 0);
  const back = (await idsIn(workshop, "conversations")).filter((id) => !left.conversations.includes(id));
  // The ticket may have been a conversation, which then changes with it.
  assert.ok(back.includes(conversation) && back.length <= 2, back.join());
  assert.deepEqual(await idsIn(workshop, "tickets"), [...left.tickets, ticket].sort());
});
