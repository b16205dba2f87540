import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copyOldRows } from "../../loader/commands/purge-copies.ts";
import { type Config, readConfig } from "../../loader/config.ts";
import { DuckDbPurge } from "../../loader/load/duckdb/purge.ts";
import { ageOf } from "../../loader/purge/ages-sql.ts";
import { differingFigures, withoutTexts } from "../checker/same-figures.ts";
import { differingTables } from "../checker/same-tables.ts";
import { runDbt } from "../dbt/command.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { Workshop } from "../fault/workshop.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { loader } from "../tools/loader-process.ts";
import { type Purged, run } from "./run.ts";

const selected = [
  "--exclude-resource-type",
  "test",
  "--exclude-resource-type",
  "unit_test",
  "--select",
  "+path:models/marts/support",
];

async function build(workshop: Workshop, flags: readonly string[] = []): Promise<void> {
  const environment = { ...workshop.environment, MARTS_DATASET: "intercom" };
  const { exitCode, output } = await runDbt(
    ["build", ...selected, ...flags],
    join(workshop.folder, "dbt"),
    environment,
  );
  assert.equal(exitCode, 0, output.slice(-3000));
}

/** The first half of a purge by age in which rows stay, as the command does it. */
async function copy(workshop: Workshop, days: number): Promise<Config> {
  const config = readConfig({ ...workshop.environment, MARTS_DATASET: "intercom" });
  const { duckdbPath: path, rawDataset, stateDirectory } = config;
  const effects = workshop.clock.effects(
    () => 0.5,
    () => undefined,
  );
  const age = ageOf(days, Date.now() / 1000, "rows to copy");
  const open = () => DuckDbPurge.open({ path, rawDataset, stateDirectory });
  await copyOldRows(config, effects, new AbortController().signal, age, open);
  return config;
}

async function purgeTexts(workshop: Workshop, days: number): Promise<Purged> {
  const config = await copy(workshop, days);
  return run(config, [], { olderThanDays: days, keeps: "rows copied" });
}

async function one(path: string, sql: string): Promise<Record<string, unknown>> {
  return (await readRows(path, sql))[0] as Record<string, unknown>;
}

const old = "(select id from intercom_raw.conversations group by id having max(updated_at) < (select cut from cuts))";

test("old rows lose texts, names and addresses, and every figure stays; incremental and full builds agree", async (context) => {
  const workshop = await Workshop.open({ conversations: 120, accounts: 10, seed: 7, tickets: 40 });
  context.after(() => workshop.close());
  const path = workshop.duckdbPath;
  assert.equal((await workshop.run()).exitCode, 0);
  await build(workshop);
  const before = join(workshop.folder, "before.duckdb");
  copyFileSync(path, before);
  const { median } = await one(
    path,
    "select epoch(median(updated_at))::integer as median from intercom_raw.conversations",
  );
  const days = Math.floor((Date.now() / 1000 - Number(median)) / 86_400);
  const cuts = `with cuts as (select make_timestamp(${Math.floor(Date.now() / 1000) - days * 86_400}::bigint * 1000000) as cut)`;
  const texts = `${cuts} select
      (select count(*) from intercom_raw.conversation_parts where conversation_id in ${old})::integer as parts,
      (select count(*) from intercom_raw.conversation_parts where conversation_id in ${old}
        and body_text is not null and body_text <> '[body not stored]')::integer as bodies,
      (select count(*) from intercom_raw.conversations where id in ${old} and contains(payload::varchar, '@'))::integer as addresses,
      (select count(*) from intercom_raw.conversation_parts where conversation_id in ${old}
        and (payload->>'$.author.name') is not null and (payload->>'$.author.type') = 'user')::integer as names`;
  const had = await one(path, texts);
  assert.ok(
    Number(had["bodies"]) > 50 && Number(had["addresses"]) > 20 && Number(had["names"]) > 20,
    JSON.stringify(had),
  );

  const purged = await purgeTexts(workshop, days);
  assert.equal(purged.exitCode, 0, purged.error);
  assert.ok(purged.summary.conversations_old > 30 && purged.summary.tickets_old > 3, JSON.stringify(purged.summary));
  assert.deepEqual(await one(path, texts), { parts: had["parts"], bodies: 0, addresses: 0, names: 0 });
  const again = await purgeTexts(workshop, days);
  assert.deepEqual([again.exitCode, again.summary.rows], [0, 0], again.error);
  await build(workshop);
  assert.deepEqual(await differingFigures(before, path, withoutTexts), []);
  const byIncrements = join(workshop.folder, "by-increments.duckdb");
  copyFileSync(path, byIncrements);
  await build(workshop, ["--full-refresh"]);
  const inFull = await readDuckDb(byIncrements, (connection) =>
    differingTables(connection, path, ["intercom", "intercom_staging"]),
  );
  assert.deepEqual(inFull, []);
  // Nothing is fetched again for it.
  workshop.threadRequests.clear();
  const { exitCode, notes } = await workshop.run({ flags: { searchAgain: true } });
  assert.deepEqual([exitCode, notes, workshop.threadRequests.size], [0, [], 0]);
});

test("a purge that was killed between the copies and the removal is finished by the next", async (context) => {
  const workshop = await Workshop.open({ conversations: 60, accounts: 5, seed: 9, tickets: 20 });
  context.after(() => workshop.close());
  assert.equal((await workshop.run()).exitCode, 0);
  const versions = `select (select count(distinct (id, _fetched_at)) from intercom_raw.conversations)::integer as conversations,
      (select count(distinct (id, _fetched_at)) from intercom_raw.conversation_parts)::integer as parts,
      (select count(distinct (id, _fetched_at)) from intercom_raw.tickets)::integer as tickets`;
  const before = await one(workshop.duckdbPath, versions);
  const counted = `select (select count(*) from intercom_raw.conversations)::integer as conversations,
      (select count(*) from intercom_raw.conversation_parts)::integer as parts, (select count(*) from intercom_raw.tickets)::integer as tickets`;
  // Killed three times: each row gets one copy.
  for (let kill = 0; kill < 3; kill += 1) await copy(workshop, 1);
  const { exitCode, error } = await purgeTexts(workshop, 1);
  assert.equal(exitCode, 0, error);
  assert.deepEqual(await one(workshop.duckdbPath, versions), before);
  assert.deepEqual(await one(workshop.duckdbPath, counted), before);
  const young =
    "(select id from intercom_raw.conversations group by id having max(updated_at) >= now() - interval 1 day)";
  const left = await one(
    workshop.duckdbPath,
    `select count(*)::integer as bodies from intercom_raw.conversation_parts
     where body_text <> '[body not stored]' and conversation_id not in ${young}`,
  );
  assert.deepEqual(left, { bodies: 0 });
  assert.equal((await purgeTexts(workshop, 1)).summary.rows, 0);
});

test("a purge that is refused has stored no copies, however often", async (context) => {
  const workshop = await Workshop.open({ conversations: 40, accounts: 5, seed: 9 });
  context.after(() => workshop.close());
  assert.equal((await workshop.run()).exitCode, 0);
  const counted =
    "select count(*)::integer as rows, count(distinct _load_id)::integer as loads from intercom_raw.conversations";
  const before = await one(workshop.duckdbPath, counted);
  const environment = { ...workshop.environment, MARTS_DATASET: "intercom" };
  const aged = ["purge", "--older-than", "1", "--keep", "rows"];
  for (const wrong of [
    ["--conversation", "99"],
    ["--ticket", "99"],
    ["--contact", "nobody@mail.example"],
  ]) {
    const { exitCode, stderr } = await loader([...aged, ...wrong], environment);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /Nothing is stored of .* Nothing was removed/);
    assert.deepEqual(await one(workshop.duckdbPath, counted), before);
  }
  const { exitCode, stderr } = await loader([...aged, "--json"], environment);
  assert.equal(exitCode, 0, stderr);
  assert.equal((await one(workshop.duckdbPath, counted))["rows"], before["rows"]);
});
