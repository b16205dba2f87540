import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { loader } from "../tools/loader-process.ts";
import { run, setUp } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

// Conversations that answer 404 and are not listed as deleted: a lost permission looks the same.

/** A 404 for a conversation, noticed so many seconds after the start of the small warehouse's year. */
function notFound(id: string, seconds = 9000): string {
  return evidence(id, "null", seconds);
}

/** The same conversation in Intercom's list of deletions. */
function listed(id: string, seconds: number): string {
  return evidence(id, `timestamp '2026-01-01' + interval ${seconds} second`, seconds);
}

function evidence(id: string, deletedAt: string, seconds: number): string {
  return `insert into intercom_raw.deleted_conversations select * replace (
      '${id}' as id, ${deletedAt} as deleted_at, timestamp '2026-01-01' + interval ${seconds} second as _fetched_at,
      '{"type":"conversation","id":"${id}","noticed_by":"not_found"}' as payload
    ) from intercom_raw.deleted_conversations where id = '8' limit 1`;
}

/** A conversation that is retrieved again. */
function retrieved(id: string, seconds: number): string {
  return `insert into intercom_raw.conversations select * replace (timestamp '2026-01-01' + interval ${seconds} second as _fetched_at)
    from intercom_raw.conversations where id = '${id}' and _workspace_id = 'w1' limit 1`;
}

const words = ["answer to Ann Archer", "do ask ann@example.com", "answer to Bob"];

test("a conversation that answered 404 and is not listed as deleted stays, and the purge says how to remove it", async (context) => {
  const config = await setUp(context, [notFound("3"), notFound("7")]);
  const before = await tracesOf(config.duckdbPath, words);
  const { exitCode, summary } = await run(config);
  assert.equal(exitCode, 0);
  assert.equal(summary.conversations_deleted_in_intercom, 1);
  assert.deepEqual(summary.conversations_not_found_and_kept, ["3", "7"]);
  assert.deepEqual(await tracesOf(config.duckdbPath, words), before);
  const { lines } = await run(config, [], { isText: true, isDryRun: true });
  assert.match(
    lines.join("\n"),
    /^2 conversations answered 404 and are not listed as deleted in Intercom: .*--conversation <id>: 3, 7\.$/m,
  );
});

test("when every conversation answers 404, a purge removes the listed ones and nothing else", async (context) => {
  const ids = ["1", "2", "3", "4", "5", "6", "7"];
  const config = await setUp(
    context,
    ids.map((id) => notFound(id)),
  );
  const { summary } = await run(config);
  assert.deepEqual(summary.conversations_not_found_and_kept, ["2", "3", "4", "5", "6", "7"]);
  const left = await readRows(
    config.duckdbPath,
    "select distinct id from intercom_raw.conversations where _workspace_id = 'w1' and id <> '9' order by id",
  );
  assert.deepEqual(
    left,
    ["2", "3", "4", "5", "6", "7"].map((id) => ({ id })),
  );
});

test("a conversation that answered 404 and is listed is removed, whichever came first", async (context) => {
  const config = await setUp(context, [notFound("3", 6000), listed("3", 6100), listed("7", 6000), notFound("7", 6100)]);
  const { summary } = await run(config);
  assert.equal(summary.conversations_deleted_in_intercom, 3);
  assert.deepEqual(summary.conversations_not_found_and_kept, []);
  assert.deepEqual(await tracesOf(config.duckdbPath, words), []);
});

test("a listed conversation that came back stays, also when it answers 404 later; listed again, it is removed", async (context) => {
  const config = await setUp(context, [listed("7", 6000), retrieved("7", 8000)]);
  const alive = await run(config);
  assert.deepEqual(alive.summary.conversations_not_found_and_kept, []);
  const config2 = await setUp(context, [listed("7", 6000), retrieved("7", 8000), notFound("7", 9000)]);
  const gone = await run(config2);
  assert.deepEqual(gone.summary.conversations_not_found_and_kept, ["7"]);
  for (const { duckdbPath } of [config, config2])
    assert.ok((await tracesOf(duckdbPath, ["do ask ann@example.com"])).length > 0);
  const config3 = await setUp(context, [listed("7", 6000), retrieved("7", 8000), listed("7", 9000)]);
  await run(config3);
  assert.deepEqual(await tracesOf(config3.duckdbPath, ["do ask ann@example.com", "answer to Bob"]), []);
});

test("a conversation named by id is removed, whether it answered 404 or is still in Intercom", async (context) => {
  const config = await setUp(context, [notFound("3")]);
  const { exitCode, summary } = await run(config, [], { conversations: ["3", "7"] });
  assert.equal(exitCode, 0);
  assert.equal(summary.conversations_named, 2);
  assert.deepEqual(summary.conversations_not_found_and_kept, []);
  assert.deepEqual(await tracesOf(config.duckdbPath, words), []);
  const stays = await readRows(config.duckdbPath, "select id from intercom_raw.deleted_conversations where id = '3'");
  assert.deepEqual(stays, [{ id: "3" }]);
  const others = await readRows(
    config.duckdbPath,
    "select id from intercom_raw.contacts where id in ('c-ann', 'c-bob')",
  );
  assert.ok(others.length >= 2, "a person went with the conversation");
  const again = await run(config, [], { conversations: ["3"] });
  assert.deepEqual([again.exitCode, again.summary.rows], [0, 0]);
});

test("a conversation that was always rejected is removed by its id, too", async (context) => {
  const config = await setUp(context, [
    `insert into intercom_raw._rejected select * replace ('99' as record_id, '{"id":"99","title":"words of the rejected"}' as payload)
     from intercom_raw._rejected where record_id = '1' limit 1`,
  ]);
  const { exitCode } = await run(config, [], { conversations: ["99"] });
  assert.equal(exitCode, 0);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["words of the rejected"]), []);
});

test("an id without stored rows ends the purge with 2, and nothing is removed", async (context) => {
  const config = await setUp(context);
  const { exitCode, error } = await run(config, ["nobody@example.com"], { conversations: ["3", "777"] });
  assert.equal(exitCode, 2);
  assert.match(
    error ?? "",
    /--contact number 1, nor of the conversation given by --conversation number 2: .* Nothing was removed\.$/,
  );
  assert.ok((await tracesOf(config.duckdbPath, ["words of the deleted"])).length > 0);
});

test("a named contact's conversation that answered 404 is removed", async (context) => {
  const config = await setUp(context, [notFound("3")]);
  const { summary } = await run(config, ["ann@example.com"]);
  assert.equal(summary.conversations_of_contacts, 5);
  assert.deepEqual(summary.conversations_not_found_and_kept, []);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["answer to Ann Archer"]), []);
});

test("the command takes several ids, and refuses a text that can be no id", async (context) => {
  const config = await setUp(context);
  const environment = { DUCKDB_PATH: config.duckdbPath, STATE_DIR: config.stateDirectory };
  const ended = await loader(["purge", "--conversation", "3", "--conversation", "7", "--json"], environment);
  assert.equal(ended.exitCode, 0, ended.stderr);
  assert.equal(JSON.parse(ended.stdout).conversations_named, 2);
  for (const wrong of ["", "3 or 1=1", "3'", "ann@example.com"])
    assert.equal((await loader(["purge", "--conversation", wrong], environment)).exitCode, 2);
});
