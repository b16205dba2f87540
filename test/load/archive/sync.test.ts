import assert from "node:assert/strict";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { Workshop, type WorkshopOptions } from "../../fault/workshop.ts";
import { repository } from "../../tools/repository.ts";
import { faultsOfReplay, newWarehouse, rawDifferences, replayInto } from "./replayed.ts";

const workspace = { conversations: 120, accounts: 20, lonelyCompanies: 15, seed: 5 };

async function setUp(context: TestContext, options: WorkshopOptions = workspace): Promise<Workshop> {
  const workshop = await Workshop.open(options);
  context.after(() => workshop.close());
  return workshop;
}

/** Changes of every kind: changed and deleted conversations. */
function change(workshop: Workshop): void {
  const ids = [...workshop.fake.world.conversationIds()];
  workshop.fake.advance(60);
  workshop.fake.world.change.customerReplies(ids[3] ?? "", "One more thing 😀");
  workshop.fake.world.change.delete(ids[5] ?? "");
  workshop.fake.advance(60);
}

test("an archive replays into the same raw tables, row by row, in spite of a space in its path", async (context) => {
  const workshop = await setUp(context, { ...workspace, tickets: 40, isWhole: true });
  const archive = join(workshop.folder, "an archive", "of ours");
  for (let run = 0; run < 2; run += 1) {
    const { exitCode, archivedFiles } = await workshop.run({ archive, threadsPerLoad: 30 });
    assert.equal(exitCode, 0);
    assert.ok(Number(archivedFiles) > 5, `${archivedFiles} files`);
    change(workshop);
  }
  assert.deepEqual(
    readdirSync(join(archive, "_pending")).flatMap((name) => readdirSync(join(archive, "_pending", name))),
    [],
  );
  const path = newWarehouse();
  const requests = workshop.fake.requests.total;
  const first = await replayInto(path, archive);
  assert.equal(first.exitCode, 0, first.stderr);
  assert.deepEqual(await rawDifferences(path, workshop.duckdbPath), []);
  const second = await replayInto(path, archive);
  assert.deepEqual([second.exitCode, JSON.parse(second.stdout).loads], [0, 0]);
  assert.deepEqual(await rawDifferences(path, workshop.duckdbPath), []);
  assert.equal(workshop.fake.requests.total, requests);
});

test("loads of runs without the archive are filled in from the warehouse", async (context) => {
  const workshop = await setUp(context);
  const archive = join(workshop.folder, "archive");
  await workshop.run({ threadsPerLoad: 30 });
  change(workshop);
  const run = await workshop.run({ archive });
  assert.equal(run.exitCode, 0, String(run.error));
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
  assert.deepEqual(workshop.spoolLeft(), []);
});

test("a filling-in that is interrupted goes on with the next run", async (context) => {
  const workshop = await setUp(context);
  const archive = join(workshop.folder, "archive");
  await workshop.run({ threadsPerLoad: 30 });
  const interruption = new AbortController();
  const stop = new Error("enough");
  const interrupted = await workshop.run({
    archive,
    signal: interruption.signal,
    onEvent: (event) => {
      if (event === "archive_filling") interruption.abort(stop);
    },
  });
  assert.equal(interrupted.error, stop);
  assert.equal((await workshop.run({ archive })).exitCode, 0);
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
  assert.deepEqual(workshop.spoolLeft(), []);
});

test("an empty workspace has an archive, too", async (context) => {
  const workshop = await setUp(context, { conversations: 0, accounts: 1, seed: 5 });
  const archive = join(workshop.folder, "archive");
  assert.equal((await workshop.run({ archive })).exitCode, 0);
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
});

test("DuckDB reads the archive's files as they are, as docs/archive.md has it", async (context) => {
  const workshop = await setUp(context, { ...workspace, isWhole: true });
  const archive = join(workshop.folder, "archive");
  const first = await workshop.run({ archive });
  change(workshop);
  const second = await workshop.run({ archive });
  const stored = first.streams.get("conversations")?.stored;
  const changed = second.streams.get("conversations")?.stored;
  assert.equal(globSync(join(archive, "conversations/*/*.ndjson.gz")).length, 2);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const counted = await connection.runAndReadAll(
    `select count(*)::integer, count(distinct id)::integer
     from read_json('${archive}/conversations/*/*.ndjson.gz', columns = {id: 'VARCHAR', payload: 'JSON'})`,
  );
  const [, documented = ""] =
    /```sql\n([^`]*)```/.exec(readFileSync(join(repository, "docs/archive.md"), "utf8")) ?? [];
  const states = await connection.runAndReadAll(documented.replaceAll("/backup/intercom", archive));
  const inStates = states.getRows().reduce((sum, [, rows]) => sum + Number(rows), 0);
  connection.closeSync();
  instance.closeSync();
  assert.equal(inStates, Number(stored) + Number(changed));
  assert.deepEqual(counted.getRows(), [[Number(stored) + Number(changed), stored]]);
});
