// One connection, several callers: no caller sees or breaks the work of another.

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WarehouseError } from "../../../loader/errors.ts";
import { DuckDbSession } from "../../../loader/load/duckdb/session.ts";
import { catalog } from "../../../loader/load/duckdb/sql.ts";
import { Turns } from "../../../loader/load/turns.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { smallDisk } from "../../tools/small-disk.ts";

async function setUp(context: TestContext, memoryMegabytes?: number): Promise<DuckDbSession> {
  const folder = temporaryFolder(context);
  const options = { path: join(folder, "w.duckdb"), rawDataset: "raw", stateDirectory: folder };
  const session = await DuckDbSession.open(memoryMegabytes === undefined ? options : { ...options, memoryMegabytes });
  context.after(() => session.close());
  await session.run(`create table ${catalog}.numbers (number bigint)`);
  return session;
}

const insert = (number: number): string => `insert into ${catalog}.numbers values (${number})`;
const refused = "select error('refused')";

test("while transactions fail, every read of another caller succeeds and sees no part of them", async (context) => {
  const session = await setUp(context);
  await session.transaction([insert(1)]);
  for (let round = 0; round < 30; round += 1) {
    let isFailing = true;
    const failing = assert.rejects(
      session.transaction([insert(2), refused]).finally(() => {
        isFailing = false;
      }),
      WarehouseError,
    );
    const reads: Promise<unknown[][]>[] = [];
    while (isFailing && reads.length < 40) {
      reads.push(session.rows(`select count(*) from ${catalog}.numbers`));
      await new Promise(setImmediate);
    }
    await failing;
    for (const rows of await Promise.all(reads)) assert.deepEqual(rows, [[1n]]);
  }
});

test("transactions of several callers go one after the other, each whole", async (context) => {
  const session = await setUp(context);
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, number) =>
      session.transaction(number % 4 === 3 ? [insert(number), refused] : [insert(number), insert(number)]),
    ),
  );
  assert.equal(results.filter(({ status }) => status === "rejected").length, 10);
  const rows = await session.rows(`select count(*), count(distinct number) from ${catalog}.numbers`);
  assert.deepEqual(rows, [[60n, 30n]]);
});

test("a read has the memory of a read, also while another caller commits with more memory", async (context) => {
  const session = await setUp(context);
  const limit = "select current_setting('memory_limit')";
  const [before] = await session.rows(limit);
  const work = [session.transaction([insert(1)]), session.rows(limit), session.transaction([insert(2)])];
  const [, during] = await Promise.all(work);
  assert.deepEqual(during, [before]);
});

test("a session that is opened with more memory keeps it after a commit", async (context) => {
  const session = await setUp(context, 200);
  const limit = "select current_setting('memory_limit')";
  const [before] = await session.rows(limit);
  await session.transaction([insert(1)]);
  assert.deepEqual(await session.rows(limit), [before]);
  assert.match(String(before), /^19\d/);
});

test("closing waits for queued operations, refuses later ones, and may be called twice", async (context) => {
  const session = await setUp(context);
  const queued = [session.transaction([insert(1)]), session.rows(`select count(*) from ${catalog}.numbers`)];
  const closing = session.close();
  await assert.rejects(session.rows("select 1"), /session is closed/);
  assert.deepEqual((await Promise.all(queued))[1], [[1n]]);
  await Promise.all([closing, session.close()]);
});

test("a commit whose log can't be moved into the file is valid; the next operation says that the log is stuck", async (context) => {
  const folder = temporaryFolder(context);
  const disk = smallDisk(context, 7000);
  if (disk === undefined) return;
  const path = join(disk, "w.duckdb");
  const session = await DuckDbSession.open({ path, rawDataset: "raw", stateDirectory: folder });
  await session.run(`create table ${catalog}.texts (text varchar)`);
  // Rows that do not fill a row group go into the log, which becomes longer than a log may be.
  const random = "(select string_agg(md5(cast(random() as varchar)), '') from range(32))";
  await session.transaction([
    `insert into ${catalog}.texts select ${random} || cast(range as varchar) from range(5000)`,
  ]);
  const sentence = (error: unknown) =>
    error instanceof WarehouseError && /What was loaded stays, in .*\.wal/.test(error.message);
  await assert.rejects(session.rows("select 1"), sentence);
  await assert.rejects(session.close(), sentence);
  // On a larger disk, all committed rows are there.
  cpSync(disk, join(folder, "larger"), { recursive: true });
  const next = await DuckDbSession.open({
    path: join(folder, "larger", "w.duckdb"),
    rawDataset: "raw",
    stateDirectory: folder,
  });
  context.after(() => next.close());
  assert.deepEqual(await next.rows(`select count(*) from ${catalog}.texts`), [[5000n]]);
});

test("work that fails does not block the next turn, and two callers never work at once", async () => {
  const turns = new Turns();
  let working = 0;
  const work = async (number: number): Promise<number> => {
    working += 1;
    assert.equal(working, 1);
    await new Promise(setImmediate);
    working -= 1;
    if (number % 3 === 0) throw new Error("as told");
    return number;
  };
  const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => turns.take(() => work(number))));
  assert.deepEqual(
    ends.map((end) => (end.status === "fulfilled" ? end.value : undefined)),
    Array.from({ length: 20 }, (_, number) => (number % 3 === 0 ? undefined : number)),
  );
  assert.equal(turns.waiting, 0);
});
