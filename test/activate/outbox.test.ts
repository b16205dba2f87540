import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { uuidV5 } from "../../loader/activate/posthog/event.ts";
import { readConfig } from "../../loader/config.ts";
import { InterruptedError } from "../../loader/errors.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { postHogFaults } from "./checker.ts";
import { run, setUpWarehouse, startPostHog, toPostHog } from "./setting.ts";
import { replaceTickets, rowsOf, ticket, withDuckDb } from "./tickets.ts";

const tickets = [ticket(0), ticket(1), ticket(2)];

test("each event goes from planned to sent to confirmed, with one row a step", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  const fake = await startPostHog(context);
  await run(config, toPostHog(fake));
  const steps = await rowsOf(
    path,
    `select step::int as step, state, distinct_id, event_at, reason from intercom_raw._activations
     where conversation_id is not null order by step`,
  );
  const fixed = { distinct_id: "user-0", event_at: "2026-01-05 10:00:00", reason: null };
  assert.deepEqual(steps, [
    { step: 1, state: "planned", ...fixed },
    { step: 2, state: "sent", ...fixed },
    { step: 3, state: "confirmed", ...fixed },
  ]);
});

test("a second run without changes sends nothing, also when the mart was built again", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  await run(config, toPostHog(fake));
  await replaceTickets(path, tickets);
  const requests = fake.requests.total;
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 0);
  assert.equal(fake.requests.total, requests);
});

test("another project gets everything, and the first project gets nothing again", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const [first, second] = [await startPostHog(context), await startPostHog(context, { apiKey: "phc_second" })];
  for (const fake of [first, second, first]) await run(config, toPostHog(fake));
  assert.deepEqual(postHogFaults(first, tickets), []);
  assert.deepEqual(postHogFaults(second, tickets), []);
  assert.equal(first.requests.batches, 2);
});

test("a dry run writes and sends nothing, and shows the first rows and the counts", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  const ended = await run(config, toPostHog(fake), { isDryRun: true, isText: true, limit: 2 });
  assert.equal(ended.exitCode, 0);
  assert.equal(fake.requests.total, 0);
  assert.equal(JSON.parse(ended.lines[0] ?? "").conversation_id, "1000");
  assert.match(ended.lines.join("\n"), /Would send 2 tickets to posthog/);
  assert.deepEqual(await rowsOf(path, "select * from intercom_raw._activations"), []);
});

test("--since and --limit leave the rest for later", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  const sent = (): readonly unknown[] =>
    fake.events
      .filter(({ event }) => event === "support_ticket_closed")
      .map(({ properties }) => properties["conversation_id"]);
  await run(config, toPostHog(fake), { since: ticket(1).closed_at, limit: 1 });
  assert.deepEqual(sent(), ["1001"]);
  await run(config, toPostHog(fake), { limit: 1 });
  assert.deepEqual(sent(), ["1001", "1000"]);
  await run(config, toPostHog(fake));
  assert.deepEqual(postHogFaults(fake, tickets), []);
});

test("a conversation that was deleted since the mart was built is not sent, planned or not; a conversation that was retrieved again is sent", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context, { faults: () => ({ kind: "status", status: 503 }) });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 4);
  fake.faults = undefined;
  await withDuckDb(path, async (connection) => {
    await connection.run("insert into intercom_raw._loads (_load_id, status) values ('l1', 'complete')");
    for (const [id, seenAgain] of [
      ["1000", false],
      ["1001", true],
    ] as const) {
      await connection.run(
        `insert into intercom_raw.deleted_conversations (id, deleted_at, _workspace_id, _load_id, _fetched_at)
         values ($1, '2026-02-01', 'w1', 'l1', '2026-02-02')`,
        [id],
      );
      await connection.run(
        `insert into intercom_raw.conversations (id, _workspace_id, _load_id, _fetched_at) values ($1, 'w1', 'l1', $2)`,
        [id, seenAgain ? "2026-03-01" : "2026-01-09"],
      );
    }
  });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, tickets.slice(1)), []);
});

test("a ticket that was sent without an answer and has left the mart since is counted, and not sent again", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context, {
    faults: ({ number }) => (number > 1 ? { kind: "cut", isDone: true } : undefined),
  });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 4);
  fake.faults = undefined;
  await replaceTickets(path, [ticket(1), ticket(2)]);
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.summary?.counts["unanswered"], 1);
  assert.equal(ended.summary?.counts["confirmed"], 2);
});

test("a sent close is not sent again when its part gives it a new uuid; a close of another time, or an unsent one, is sent", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  const fake = await startPostHog(context);
  const names = ["named-0", "named-1", "named-2"].map((name) => uuidV5(name));
  const renamed = tickets.map((row, index) => ({ ...row, event_uuid: names[index] ?? "" }));
  const moved = renamed.map((row, index) => (index === 1 ? { ...row, closed_at: row.closed_at + 1 } : row));
  await run(config, toPostHog(fake), { limit: 2 });
  await replaceTickets(path, moved);
  const ended = await run(config, toPostHog(fake));
  assert.equal(ended.exitCode, 0);
  assert.deepEqual(
    fake.events.filter(({ event }) => event === "support_ticket_closed").map(({ uuid }) => uuid),
    [tickets[0]?.event_uuid, tickets[1]?.event_uuid, names[1], names[2]],
  );
  // Two closes of one second; the mart has both.
  await replaceTickets(path, [...tickets.slice(0, 1), ...moved.slice(0, 1)]);
  assert.equal((await run(config, toPostHog(fake))).summary?.sent, 1);
});

test("a close that was planned and never sent is sent under its new uuid", async (context) => {
  const { config, path } = await setUpWarehouse(context, [ticket(0)]);
  await run(config, toPostHog(await startPostHog(context)));
  await withDuckDb(path, async (connection) => {
    await connection.run("delete from intercom_raw._activations where state <> 'planned'");
  });
  const renamed = { ...ticket(0), event_uuid: uuidV5("named-0") };
  await replaceTickets(path, [renamed]);
  const fake = await startPostHog(context);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, [renamed]), []);
});

test("without a warehouse, or a mart in it, the message says what to run", async (context) => {
  const fake = await startPostHog(context);
  const folder = temporaryFolder(context);
  const missing = readConfig({ DUCKDB_PATH: join(folder, "none.duckdb"), STATE_DIR: folder });
  const ended = await run(missing, toPostHog(fake));
  assert.equal(ended.exitCode, 2);
  assert.match(ended.error ?? "", /make sync build/);
  const { config, path } = await setUpWarehouse(context, []);
  await withDuckDb(path, async (connection) => {
    await connection.run("drop table intercom.support_ticket_closed");
  });
  assert.match((await run(config, toPostHog(fake))).error ?? "", /make build/);
});

test("an interrupted run stores what it knows, and the next one goes on from there", async (context) => {
  const { config } = await setUpWarehouse(context, tickets);
  const ending = new AbortController();
  const fake = await startPostHog(context, {
    faults: ({ number }) => {
      if (number === 3) ending.abort(new InterruptedError("Interrupted."));
      return undefined;
    },
  });
  assert.equal((await run(config, toPostHog(fake), { signal: ending.signal })).exitCode, 130);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, tickets), []);
});

test("a rejected ticket is tried again when it has changed, or with --retry-rejected", async (context) => {
  const { config, path } = await setUpWarehouse(context, tickets);
  let isRefusing = true;
  const fake = await startPostHog(context, { refuses: ({ uuid }) => isRefusing && uuid === tickets[1]?.event_uuid });
  assert.equal((await run(config, toPostHog(fake))).exitCode, 6);
  isRefusing = false;
  assert.equal((await run(config, toPostHog(fake))).summary?.sent, 0);
  assert.equal((await run(config, toPostHog(fake), { isRetrying: true })).summary?.sent, 1);
  assert.deepEqual(postHogFaults(fake, tickets), []);
  const nobody = ticket(3, { distinct_id: null, contact_external_id: null });
  await replaceTickets(path, [...tickets, nobody]);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 6);
  await replaceTickets(path, [...tickets, ticket(3)]);
  assert.equal((await run(config, toPostHog(fake))).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, [...tickets, ticket(3)]), []);
});
