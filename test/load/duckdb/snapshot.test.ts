import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { differingTables } from "../../checker/same-tables.ts";
import { type FakeIntercom, startFakeIntercom } from "../../fake/intercom/server.ts";
import { DemoWarehouse } from "../../statistics/demo-warehouse.ts";
import { readDuckDb } from "../../tools/duckdb-file.ts";
import { type Ended, loader } from "../../tools/loader-process.ts";
import { commentsOf, conversationsIn, tablesOf } from "./readers.ts";

const models = ["+conversations", "+conversation_metrics", "+conversation_tags"];

/** Tests go on where the one before ended. */
describe("the snapshot for readers", () => {
  let fake: FakeIntercom;
  let warehouse: DemoWarehouse;
  let output: string;

  before(async () => {
    fake = await startFakeIntercom({ conversations: 60, seed: 3 });
    warehouse = await DemoWarehouse.create(fake);
    await warehouse.build(models);
    output = join(warehouse.folder, "marts.duckdb");
    assert.match((await snapshot()).stdout, /marts\.duckdb: 3 marts for readers, \d+ MB\.\n/);
  });

  after(async () => {
    await warehouse.remove();
    await fake.close();
  });

  function snapshot(...args: readonly string[]): Promise<Ended> {
    return loader(["snapshot", ...args], { DUCKDB_PATH: warehouse.path, STATE_DIR: warehouse.folder });
  }

  it("has the marts alone, as tables, with their rows and descriptions", async () => {
    assert.deepEqual(await tablesOf(output), [
      "intercom.conversation_metrics",
      "intercom.conversation_tags",
      "intercom.conversations",
      "main.snapshot",
    ]);
    const differing = await readDuckDb(output, (connection) =>
      differingTables(connection, warehouse.path, ["intercom"]),
    );
    assert.deepEqual(differing, []);
    const described = await commentsOf(output);
    assert.ok(described.length > 100, `${described.length} descriptions`);
    assert.deepEqual(described, await commentsOf(warehouse.path));
  });

  it("stays as it is when a build has found nothing new", async () => {
    const { ino } = statSync(output);
    await warehouse.buildAgain(models);
    assert.equal((await snapshot()).stdout, `${output} has today's marts already.\n`);
    assert.equal(statSync(output).ino, ino);
  });

  it("can be read at any time while syncs, builds and snapshots run, and holds none of them up", async () => {
    const reader = spawn(process.execPath, ["test/load/duckdb/snapshot-reader.ts", output], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const counts = [await conversationsIn(warehouse.path)];
    for (const days of [30, 60]) {
      fake.world.advance(days * 86_400);
      await warehouse.build(models);
      assert.match((await snapshot()).stdout, /3 marts for readers/);
      counts.push(await conversationsIn(warehouse.path));
    }
    assert.equal(new Set(counts).size, 3);
    reader.stdin.end();
    const { reads, seen, kept } = JSON.parse((await lines.next()).value ?? "{}");
    assert.deepEqual(await once(reader, "close"), [0, null]);
    assert.ok(reads > 10, `${reads} reads`);
    assert.equal(kept, counts[0]);
    // It may have been too slow for the last one.
    assert.deepEqual(seen, counts.slice(0, seen.length));
    assert.ok(seen.length >= 2, String(seen));
    assert.equal(await conversationsIn(output), counts[2]);
  });

  it("is written as Parquet files on request", async () => {
    const folder = join(warehouse.folder, "parquet", "marts");
    assert.match((await snapshot("--parquet", folder)).stdout, /marts: 3 Parquet files\.\n$/);
    const files = ["conversation_metrics.parquet", "conversation_tags.parquet", "conversations.parquet"];
    assert.deepEqual(readdirSync(folder).toSorted(), files);
    const differing = await readDuckDb(output, async (connection) => {
      const rows = `from '${join(folder, "conversation_metrics.parquet")}'`;
      const mart = "from intercom.conversation_metrics";
      return (
        await connection.runAndReadAll(`(${rows} except all ${mart}) union all (${mart} except all ${rows})`)
      ).getRows();
    });
    assert.deepEqual(differing, []);
  });

  it("goes with a purge, because it has what was purged", async () => {
    const [id = ""] = fake.world.conversationIds();
    const environment = { DUCKDB_PATH: warehouse.path, STATE_DIR: warehouse.folder };
    const rehearsed = await loader(["purge", "--conversation", id, "--dry-run"], environment);
    assert.equal(rehearsed.exitCode, 0, rehearsed.stderr);
    assert.ok(existsSync(output));
    const killed = `${output}.2147483646.new`;
    writeFileSync(killed, "half a file");
    utimesSync(killed, 1, 1);
    const purged = await loader(["purge", "--conversation", id], environment);
    assert.equal(purged.exitCode, 0, purged.stderr);
    assert.deepEqual([existsSync(output), existsSync(killed)], [false, false]);
    await snapshot();
    const found = await readDuckDb(output, (connection) =>
      connection.runAndReadAll(`select * from intercom.conversations where conversation_id = '${id}'`),
    );
    assert.deepEqual(found.getRows(), []);
  });
});
