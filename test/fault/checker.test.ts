import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { Workshop } from "./workshop.ts";

// The checker itself: whatever is done to a warehouse that is right, it must notice.

const workshop = await Workshop.open({
  conversations: 30,
  accounts: 4,
  lonelyCompanies: 5,
  tickets: 12,
  isWhole: true,
  seed: 2,
});
const intact = join(workshop.folder, "intact");

before(async () => {
  await workshop.run();
  copyFileSync(workshop.duckdbPath, intact);
});

after(() => workshop.close());

const firstId = "(select min(id) from conversations)";
const sabotage: Readonly<Record<string, readonly [string, RegExp]>> = {
  "a lost conversation": [`delete from conversations where id = ${firstId}`, /^missing conversations /],
  "a lost part": [
    "delete from conversation_parts where id = (select min(id) from conversation_parts)",
    /^missing conv/,
  ],
  "a lost company": ["delete from companies where id = (select min(id) from companies)", /^missing companies /],
  "a changed payload": [
    `update conversations set payload = replace(payload::varchar, '"read"', '"unread"')::json where id = ${firstId}`,
    /^different conversations /,
  ],
  "a record too many": ["insert into tags by name (select * replace ('0' as id) from tags limit 1)", /^extra tags 0$/],
  "a row twice": ["insert into admins (select * from admins limit 1)", /^doubled admins /],
  "a conversation taken for deleted": [
    `insert into deleted_conversations by name (select id, _fetched_at, _loaded_at, _load_id, payload from conversations
     where id = ${firstId})`,
    /^missing conversations /,
  ],
  "a row of no load": ["update teams set _load_id = 'none'", /^teams has rows of load none/],
  "a count of rows that is wrong": [
    "update _loads set row_count = row_count + 1 where stream = 'tags'",
    /^load .+ says \d+ rows of tags and has \d+$/,
  ],
  "a window that no load covers": [
    "update _loads set window_from = window_from + interval 1 day where stream = 'conversations'",
    /^conversations: no window covers /,
  ],
};

for (const [name, [sql, told]] of Object.entries(sabotage)) {
  test(`the checker notices ${name}`, async () => {
    copyFileSync(intact, workshop.duckdbPath);
    assert.deepEqual(await workshop.faults(), []);
    const instance = await DuckDBInstance.create(workshop.duckdbPath);
    const connection = await instance.connect();
    await connection.run("use intercom_raw");
    await connection.run(sql);
    connection.closeSync();
    instance.closeSync();
    const faults = await workshop.faults();
    assert.ok(
      faults.some((fault) => told.test(fault)),
      faults.join("\n"),
    );
  });
}
