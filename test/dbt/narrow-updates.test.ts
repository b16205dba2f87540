import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { differencesOfCopy } from "./built-copy.ts";
import { runDbt } from "./command.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";
import { smallWorkspace } from "./small-workspace.ts";

const left = ["--exclude-resource-type", "unit_test", "test"];
/** The only conversation of the account. */
const isTheOne = "_workspace_id = 'w1' and id = '3'";

let workFolder: string;
let duckdbPath: string;

beforeEach(async () => {
  workFolder ??= await mkdtemp(join(tmpdir(), "narrow-"));
  duckdbPath = join(workFolder, "warehouse.duckdb");
  await rm(duckdbPath, { force: true });
  await makeRawWarehouse(duckdbPath, smallWorkspace);
});

after(() => rm(workFolder, { recursive: true }));

describe("a company that is loaded again", () => {
  const selection = ["--select", "stg_intercom__companies"];

  it("keeps its last known values while it is gone, and takes none that come late", async () => {
    await build(selection);
    assert.deepEqual(await companies(), ["Acme gone", "Globex"]);
    const steps = [
      ["goes", "co2", { deleted: true }, 8000, ["Acme gone", "Globex gone"]],
      ["late", "co2", { name: "Before" }, 4000, ["Acme gone", "Globex gone"]],
      ["late-known", "co1", { name: "Acme since" }, 6000, ["Acme since gone", "Globex gone"]],
      ["comes-back", "co2", { name: "Globex again" }, 9000, ["Acme since gone", "Globex again"]],
      ["late-sign", "co2", { deleted: true }, 8500, ["Acme since gone", "Globex again"]],
    ] as const;
    for (const [load, id, payload, fetchedAt, expected] of steps) {
      await loadCompany(load, id, payload, fetchedAt);
      await build(selection);
      assert.deepEqual(await companies(), expected, load);
    }
    assert.deepEqual(await differencesFromFullBuild(selection), []);
  });

  it("is gone without values when nothing else was ever loaded of it", async () => {
    await build(selection);
    await loadCompany("gone", "co3", { deleted: true }, 8000);
    await build(selection);
    assert.deepEqual(await companies(), ["Acme gone", "Globex", "null gone"]);
    await loadCompany("known", "co3", { name: "Initech" }, 7000);
    await build(selection);
    assert.deepEqual(await companies(), ["Acme gone", "Globex", "Initech gone"]);
    assert.deepEqual(await differencesFromFullBuild(selection), []);
  });

  async function companies(): Promise<string[]> {
    const sql = `select concat(coalesce(name, 'null'), case when is_deleted then ' gone' else '' end) as company
      from intercom_staging.stg_intercom__companies order by company_id`;
    return (await readRows(duckdbPath, sql)).map((row) => (row as { company: string }).company);
  }

  async function loadCompany(load: string, id: string, payload: object, fetchedAt: number): Promise<void> {
    await change(`insert into intercom_raw.companies by name
      select '${id}' as id, '${JSON.stringify({ id, ...payload })}' as payload, 'w1' as _workspace_id, '${load}' as _load_id,
        timestamp '2026-01-01' + interval ${fetchedAt} second as _fetched_at, max(_loaded_at) + interval 1 minute as _loaded_at
      from intercom_raw.companies`);
    await recordLoad(load, "companies", 1);
  }
});

describe("what counts days before the last known one", () => {
  const selection = [
    "--select",
    "+account_survival",
    "+account_month_topics",
    "--vars",
    "{accounts_relation: crm.accounts}",
  ];
  const counting = ["int_account_month_features", "account_survival", "account_month_topics"];

  it("is left as it is after what people did today, and counts again what changed of the days before", async () => {
    await change(`create schema crm; create table crm.accounts as
      select 'a' as account_id, 'acme' as company_id, date '2025-01-01' as started_on, null::date as churned_on, 'Pro' as plan, 10.0 as mrr`);
    await build(selection);
    await loadAgain("ten-days-later", "state = state", 10 * 24);
    assert.ok(modelsBuilt(await build(selection)).includes("account_survival"));
    await loadAgain("the-same-day", "state = 'snoozed'", 1);
    const built = modelsBuilt(await build(selection));
    assert.ok(built.includes("int_account_events"), built.join());
    assert.deepEqual(
      built.filter((model) => counting.includes(model)),
      [],
    );
    assert.deepEqual(await differencesFromFullBuild(selection), []);
    // The opening of the conversation lies ten days back: another author of it is no customer's.
    await loadAgain("the-past", "body_text = null", 1);
    await change(`update intercom_raw.conversations set payload = '{"id": "3", "state": "snoozed", "source": {"delivered_as": "automated"}}'
      where _load_id = 'the-past'`);
    const again = modelsBuilt(await build(selection));
    assert.ok(again.includes("int_account_month_features"), again.join());
    assert.deepEqual(await differencesFromFullBuild(selection), []);
  });

  /** Stores a newer version of the conversation, fetched and updated so many hours later than the newest. */
  async function loadAgain(load: string, assignment: string, hours: number): Promise<void> {
    const later = `+ interval ${hours} hour`;
    await change(`insert into intercom_raw.conversations by name
      select * replace (
        updated_at ${later} as updated_at, '${load}' as _load_id, _loaded_at + interval 1 minute as _loaded_at,
        _fetched_at ${later} as _fetched_at, ${assignment.replace(/^(\w+) = (.*)$/, "$2 as $1")}
      )
      from intercom_raw.conversations where ${isTheOne}
      qualify row_number() over (order by _fetched_at desc) = 1`);
    await recordLoad(load, "conversations", 1);
  }
});

function recordLoad(load: string, stream: string, rows: number): Promise<void> {
  return change(`insert into intercom_raw._loads by name
    select * replace ('${load}' as _load_id, '${stream}' as stream, ${rows} as row_count, 'complete' as status)
    from intercom_raw._loads limit 1`);
}

function change(sql: string): Promise<void> {
  return withDuckDb(duckdbPath, async (connection) => {
    await connection.run(sql);
  });
}

async function build(flags: readonly string[], path = duckdbPath): Promise<string> {
  const run = await runDbt(["build", ...left, ...flags], workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: path });
  assert.equal(run.exitCode, 0, run.output);
  return run.output;
}

function differencesFromFullBuild(selection: readonly string[]): Promise<string[]> {
  return differencesOfCopy(duckdbPath, join(workFolder, "full"), (path) =>
    build([...selection, "--full-refresh"], path),
  );
}

function modelsBuilt(output: string): string[] {
  return [...output.matchAll(/OK created sql \w+ model \w+\.(\w+)\s[^\n]*\[(\w+)/g)]
    .filter(([, , result]) => result !== "UNCHANGED")
    .map(([, model]) => String(model));
}
