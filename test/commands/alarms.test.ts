// `status --max-age` tells a scheduler by its exit code that something is too old, or went wrong.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { loader } from "../tools/loader-process.ts";

delete process.env["BIGQUERY_EMULATOR_HOST"];

/** Hours since a moment, and a few more: what Intercom's clock says is as of then. */
const hoursSince = (milliseconds: number): string => String(Math.ceil((Date.now() - milliseconds) / 3_600_000) + 3);

test("with --max-age, status ends with 7 and names what is wrong, and with 0 once it is well", async (context) => {
  const intercom = await startedFor(context, { conversations: 3, seed: 2 });
  const folder = temporaryFolder(context);
  const path = join(folder, "w.duckdb");
  const environment = {
    DUCKDB_PATH: path,
    STATE_DIR: join(folder, "state"),
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
  };
  const alarms = async (maxAge: string): Promise<readonly (number | null | readonly string[])[]> => {
    const { exitCode, stdout, stderr } = await loader(["status", "--json", "--max-age", maxAge], environment);
    assert.equal(stderr, "");
    const names = JSON.parse(stdout).alarms.map(({ name }: { name: string }) => name);
    return [exitCode, [...new Set<string>(names)]];
  };
  assert.deepEqual(await alarms("3"), [7, ["stream_stale"]]);
  assert.equal((await loader(["sync"], environment)).exitCode, 0);
  const longAgo = hoursSince(intercom.world.clock() * 1000);
  assert.deepEqual(await alarms(longAgo), [7, ["build_stale"]]);
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom_builds");
    await connection.run(
      `create table intercom_builds.builds as select '*' as node, 'ended' as rows_version, epoch_ms(now()) as recorded_in`,
    );
  });
  assert.deepEqual(await alarms(longAgo), [0, []]);
  assert.deepEqual(await alarms("1"), [7, ["stream_stale"]]);
  await loader(["sync"], { ...environment, INTERCOM_ACCESS_TOKEN: "revoked" });
  await withDuckDb(path, async (connection) => {
    await connection.run(
      `insert into intercom_raw._rejected (stream, record_id, _workspace_id, _load_id, _loaded_at)
       select 'contacts', unnest(['old', 'old', 'new', 'torn']), 'w', unnest([load, load, load, 'no such load']),
         unnest([now() - interval 20 year, now(), now(), now()])
       from (select any_value(_load_id) as load from intercom_raw._loads)`,
    );
  });
  assert.deepEqual(await alarms(longAgo), [7, ["run_failed", "records_rejected"]]);
  const { stdout, exitCode } = await loader(["status", "--max-age", longAgo], environment);
  assert.equal(exitCode, 7);
  assert.match(stdout, /^ALARM run_failed: the last sync ended .* with exit code 3 \(RefusedError\)\.$/m);
  assert.match(stdout, /^ALARM records_rejected: 1 record of contacts in workspace w rejected for the first time/m);
  assert.match(stdout, /^2 alarms: docs\/runbook\.md says of each what to do\.$/m);
  assert.equal((await loader(["sync"], environment)).exitCode, 0);
  assert.deepEqual(await alarms(longAgo), [7, ["records_rejected"]]);
});

test("in BigQuery, the alarms read how runs ended and what was rejected", async (context) => {
  const intercom = await startedFor(context, { conversations: 3, seed: 2 });
  const fake = await FakeBigQuery.start({ isWithSql: true });
  context.after(() => fake.close());
  const environment = {
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
    STATE_DIR: temporaryFolder(context),
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
  };
  assert.equal((await loader(["sync"], environment)).exitCode, 0);
  await loader(["sync"], { ...environment, INTERCOM_ACCESS_TOKEN: "revoked" });
  const loadId = String(fake.rowsOf("_loads")[0]?.["_load_id"]);
  const now = new Date().toISOString();
  for (const _load_id of [loadId, "no such load"])
    fake.tables
      .get("_rejected")
      ?.rows.push({ stream: "tags", record_id: _load_id, _workspace_id: "w", _load_id, _loaded_at: now });
  const flags = ["--max-age", hoursSince(intercom.world.clock() * 1000)];
  const { stdout, exitCode } = await loader(["status", ...flags], environment);
  assert.equal(exitCode, 7);
  assert.deepEqual(
    [...stdout.matchAll(/^ALARM (\w+): (1 record|the last sync|no build)/gm)].map(([, name]) => name),
    ["run_failed", "records_rejected", "build_stale"],
  );
});

test("--streams and --ignore without --max-age end with 2", async (context) => {
  const environment = { STATE_DIR: temporaryFolder(context) };
  const { exitCode, stderr } = await loader(["status", "--ignore", "run_failed"], environment);
  assert.equal(exitCode, 2);
  assert.match(stderr, /add --max-age <hours>/);
});
