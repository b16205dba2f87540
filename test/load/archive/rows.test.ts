import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Archive } from "../../../loader/load/archive/archive.ts";
import { DuckDbWarehouse } from "../../../loader/load/duckdb/warehouse.ts";
import type { OpenLoad } from "../../../loader/load/open-load.ts";
import type { RawTableName } from "../../../loader/load/raw-tables.ts";
import { Spool } from "../../../loader/load/spool.ts";
import { readDuckDb, withDuckDb } from "../../tools/duckdb-file.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { faultsOfReplay, newWarehouse, rawSchema, replayInto } from "./replayed.ts";

const fillOptions = (spoolFolder: string) => ({
  spoolFolder,
  log: () => undefined,
  signal: new AbortController().signal,
});

const second = Date.parse("2026-01-05T23:59:58Z") / 1000;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** How many rows each table gets. */
type Rows = Partial<Record<RawTableName, number>>;

/**
 * Loads of some workspaces, on two days. With the archive, its files are the loads' own; without, they are read from the
 * warehouse at the end.
 */
async function fill(
  context: TestContext,
  isArchivedAtOnce: boolean,
  fillLoad: (load: OpenLoad, workspaceId: string) => Rows,
): Promise<{ readonly path: string; readonly archive: string }> {
  const folder = temporaryFolder(context);
  const path = join(folder, "warehouse.duckdb");
  const directory = join(folder, "archive");
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: rawSchema, stateDirectory: folder });
  await warehouse.prepare();
  const archive = await Archive.open(directory);
  let spoolFolder = "";
  for (const [index, workspaceId] of ["w1", "w/2 ü", ".."].entries()) {
    const runId = `run-${index}`;
    const spool = await Spool.open(folder, { workspaceId, runId, loadedAt: iso(second) });
    spoolFolder = spool.directory;
    for (const loadedAtMs of [second * 1000, second * 1000 + 86_400_123]) {
      const load = spool.begin(loadedAtMs);
      const rows = fillLoad(load, workspaceId);
      const finished = load.finish(
        Object.entries(rows).map(([stream, row_count]) => ({
          stream: stream as RawTableName,
          row_count,
          rejected_count: 0,
          window_to: iso(second),
        })),
      );
      if (isArchivedAtOnce) await archive.hold(finished);
      await warehouse.commit(finished, (stored) => archive.complete(finished, stored));
    }
  }
  await archive.makeWhole(await warehouse.archiveStore(), fillOptions(spoolFolder));
  await warehouse.close();
  return { path, archive: directory };
}

const bigText = 'é\u{1F600}"\\\n'.repeat(2 ** 18);

/** @param id exceeds 2^53 */
function conversation(load: OpenLoad, id: string, parts: number, text: string): Rows {
  for (let number = 0; number < parts; number += 1)
    load.add(
      "conversation_parts",
      {
        id: `${id}${number}`,
        conversation_id: id,
        created_at: iso(second + number),
        part_type: "comment",
        body_text: `${text} ${number}`,
        payload: { id: JSON.rawJSON(`90071992547409931${number}`), text, tab: "\t\u0001", none: null, big: 1e300 },
      },
      second,
    );
  load.add("conversations", { id, updated_at: iso(second), state: "open", payload: { id, text, list: [] } }, second);
  return { conversations: 1, conversation_parts: parts };
}

for (const isArchivedAtOnce of [true, false]) {
  const how = isArchivedAtOnce ? "as it was loaded" : "as it is read from the warehouse";

  test(`several workspaces share an archive, with ids above 2^53 and emoji, ${how}`, async (context) => {
    const { path, archive } = await fill(context, isArchivedAtOnce, (load) =>
      conversation(load, "9007199254740993123", 3, "Grüße 😀 \u2028"),
    );
    assert.deepEqual(await faultsOfReplay(archive, path), []);
    const days = new Set(globSync(join(archive, "conversations/*")).map((folder) => folder.slice(-10)));
    assert.deepEqual([...days].sort(), ["2026-01-05", "2026-01-06"]);
  });

  test(`a thread of 900 parts and a line of many megabytes replay, ${how}`, async (context) => {
    const { path, archive } = await fill(context, isArchivedAtOnce, (load, workspaceId) =>
      workspaceId === "w1" ? conversation(load, "1", 900, "long ".repeat(300)) : conversation(load, "2", 2, bigText),
    );
    assert.deepEqual(await faultsOfReplay(archive, path), []);
  });

  test(`a null payload, a false and a true stay what they are, ${how}`, async (context) => {
    const { path, archive } = await fill(context, isArchivedAtOnce, (load) => {
      load.add("tickets", { id: "1", is_deleted: true, body_text: "", payload: null }, second);
      load.add("tickets", { id: "2", is_deleted: false, payload: { a: "null" } }, second);
      load.add("tickets", { id: "3", is_deleted: null, payload: "null" }, second);
      return { tickets: 3 };
    });
    assert.deepEqual(await faultsOfReplay(archive, path), []);
  });

  test(`a load without rows, and one without a record's rows, replay, ${how}`, async (context) => {
    const { path, archive } = await fill(context, isArchivedAtOnce, () => ({ tags: 0, conversations: 0 }));
    assert.deepEqual(await faultsOfReplay(archive, path), []);
  });
}

test("what was sent comes back with a replay, and days that grow are archived again", async (context) => {
  const { path, archive } = await fill(context, true, (load) => conversation(load, "1", 1, "Hi"));
  const step = (number: number, time: string): string =>
    `('posthog', 'p', 'uuid', ${number}, 'sent', '1', 'Ann 😀', timestamp '2026-01-05 10:00:00', 'h', null, null, 'w1', timestamp '${time}')`;
  const send = (...steps: readonly string[]): Promise<unknown> =>
    withDuckDb(path, (connection) =>
      connection.run(`insert into ${rawSchema}._activations values ${steps.join(", ")}`),
    );
  const archiveAgain = async (): Promise<readonly string[]> => {
    const warehouse = await DuckDbWarehouse.open({
      path,
      rawDataset: rawSchema,
      stateDirectory: temporaryFolder(context),
    });
    await warehouse.prepare();
    await (await Archive.open(archive)).makeWhole(
      await warehouse.archiveStore(),
      fillOptions(temporaryFolder(context)),
    );
    await warehouse.close();
    return globSync(join(archive, "_activations/*/*"))
      .map((file) => file.slice(archive.length + 1))
      .sort();
  };
  await send(step(1, "2026-01-05 10:00:00.123456"), step(2, "2026-01-05 10:00:01"), step(3, "2026-01-06 00:00:00"));
  assert.deepEqual(await archiveAgain(), [
    "_activations/2026-01-05/w1.1.2.ndjson.gz",
    "_activations/2026-01-06/w1.1.1.ndjson.gz",
  ]);
  await send(step(4, "2026-01-06 00:00:01"));
  const files = ["_activations/2026-01-05/w1.1.2.ndjson.gz", "_activations/2026-01-06/w1.2.2.ndjson.gz"];
  assert.deepEqual(await archiveAgain(), files);
  assert.deepEqual(await archiveAgain(), files);
  assert.deepEqual(await faultsOfReplay(archive, path), []);
  const warehouse = newWarehouse();
  await replayInto(warehouse, archive);
  assert.equal((await replayInto(warehouse, archive)).exitCode, 0);
  const counted = await readDuckDb(warehouse, (connection) =>
    connection.runAndReadAll(`select count(*)::integer from ${rawSchema}._activations`),
  );
  assert.deepEqual(counted.getRows(), [[4]]);
  await withDuckDb(warehouse, (connection) => connection.run(`delete from ${rawSchema}._activations where step = 1`));
  const refused = await replayInto(warehouse, archive);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /The warehouse has 3 rows of `_activations`, and .* has 4/);
});
