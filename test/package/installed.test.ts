import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { analyzeStatements, compileForBigQuery, tablesBefore } from "../dbt/analyzed-project.ts";
import { runDbt, targetFolder, varsFlags } from "../dbt/command.ts";
import { GoogleSqlAnalyzer } from "../dbt/googlesql.ts";
import { makeRawWarehouse, readRows } from "../dbt/raw-warehouse.ts";
import { smallWorkspace } from "../dbt/small-workspace.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { Consumer } from "./consumer.ts";

/** What an hourly build asks. */
const hourly = ["--exclude-resource-type", "unit_test", "--exclude", "tag:daily"];
/** Where acme's rows are for our own build, which names relations. */
const ownVars = {
  accounts_relation: "crm.accounts",
  topics_relation: "crm.topics",
  conversation_attribute_columns: [{ attribute: "Plan", column: "plan", type: "text" }],
};

type ManifestNode = {
  readonly package_name: string;
  readonly resource_type: string;
  readonly tags?: readonly string[];
  readonly depends_on?: { readonly nodes?: readonly string[]; readonly macros?: readonly string[] };
};

/** Tests go on where the one before ended. */
describe("a project that has installed this one", () => {
  let acme: Consumer;

  before(async () => {
    acme = await Consumer.install();
    // Nothing is in it yet.
    await change(acme.rawPath, []);
  });

  after(() => acme.remove());

  it("builds models of its own before the loader has ever run, and our hooks leave its warehouse alone", async () => {
    await acme.succeed(["run", "--select", "acme.contacts", "acme.tags"]);
    assert.deepEqual(await schemas(), ["analytics"]);
  });

  it("has our marts in the schema of its choice, and tables of the same name of its own", async () => {
    await makeRawWarehouse(acme.rawPath, smallWorkspace);
    await change(acme.duckdbPath, [
      // Names that builds of ours use elsewhere.
      "create schema analytics_builds",
      "create table analytics_builds.builds as select 1 as built",
      "create schema analytics_support_staging",
      "create table analytics_support_staging.int_conversation_names as select 1 as name",
    ]);
    await acme.succeed(["build", ...hourly], { isRecorded: true });
    assert.deepEqual(await schemas(), [
      "analytics",
      "analytics_builds",
      "analytics_support",
      "analytics_support_builds",
      "analytics_support_staging",
    ]);
    assert.deepEqual(await read("select * from analytics.contacts"), [{ contact_name: "Ada" }]);
    assert.deepEqual(await read("select * from analytics.tags"), [{ tag: "vip" }]);
    assert.deepEqual(await read("select state, customer_messages, plan from analytics.conversations order by state"), [
      { state: "closed", customer_messages: "3", plan: "pro" },
      { state: "open", customer_messages: "3", plan: null },
    ]);
  });

  it("builds what has changed by increments, to the rows that our own build gives", async () => {
    await change(acme.rawPath, [
      `insert into intercom_raw.conversations by name
         select * replace ('closed' as state, 'later' as _load_id, updated_at + interval 1 hour as updated_at,
           _loaded_at + interval 1 hour as _loaded_at, _fetched_at + interval 1 hour as _fetched_at)
         from intercom_raw.conversations where id = '4'`,
      `insert into intercom_raw._loads by name
         select * replace ('later' as _load_id, 1 as row_count) from intercom_raw._loads where _load_id = 'load1'`,
      "create schema crm",
      `create table crm.accounts as select 'acme' as account_id, 'co2' as company_id, date '2025-01-01' as started_on,
         null::date as churned_on, 'growth' as plan, 490 as mrr`,
      "create table crm.topics as select 'exports' as topic, 'bug' as kind, 'en' as language, 'export*' as pattern",
    ]);
    const output = await acme.succeed(["build", ...hourly]);
    assert.doesNotMatch(output, /is built in full/);
    const unchanged = output.match(/\[UNCHANGED/g)?.length ?? 0;
    assert.ok(unchanged > 60, `${unchanged} models were left as they are`);
    await buildOurs();
    assert.deepEqual(await differingMarts(), []);
  });

  it("has seeds of its own in place of ours", async () => {
    assert.deepEqual(await read("select account_id from analytics_support_staging.int_accounts"), [
      { account_id: "acme" },
    ]);
    assert.deepEqual(await read("select distinct topic from analytics_support.product_feedback"), [
      { topic: "exports" },
    ]);
  });

  it("keeps what is its own: nothing of it is dropped, replaced or recorded", async () => {
    assert.deepEqual(await read("select * from analytics_builds.builds"), [{ built: 1 }]);
    assert.deepEqual(await read("select * from analytics_support_staging.int_conversation_names"), [{ name: 1 }]);
    assert.deepEqual(
      await read(
        `select distinct node from analytics_support_builds.builds
         where node not like '%.intercom_warehouse.%' and node <> '*'`,
      ),
      // It stands for a seed of ours.
      [{ node: "seed.acme.feedback_topics_of_acme" }],
    );
  });

  it("is told when the table that builds record in is somebody else's, and the table stays", async () => {
    const path = join(acme.folder, "other", basename(acme.duckdbPath));
    await mkdir(dirname(path));
    await change(path, [
      "create schema analytics_support_builds",
      "create table analytics_support_builds.builds as select 1 as built",
    ]);
    const { exitCode, output } = await acme.dbt(["run", "--select", "stg_intercom__tags"], { path });
    assert.notEqual(exitCode, 0);
    assert.match(
      output,
      /"builds" is none of ours, and builds keep what they did under this name\. Nothing was changed\./,
    );
    assert.deepEqual(await readRows(path, "from analytics_support_builds.builds"), [{ built: 1 }]);
  });

  it("has tests of ours that read our tables, and tests of its own that are dbt's", async () => {
    const nodes = await parsedNodes();
    const ours = nodes.filter(([, node]) => node.package_name === "intercom_warehouse");
    const ofAcme = ours.flatMap(([id, node]) =>
      (node.depends_on?.nodes ?? []).filter((read) => read.includes(".acme.")).map((read) => `${id} reads ${read}`),
    );
    assert.deepEqual(
      ofAcme.toSorted(),
      [
        "model.intercom_warehouse.churn_by_topic reads seed.acme.feedback_topics_of_acme",
        "model.intercom_warehouse.feedback_topics reads seed.acme.feedback_topics_of_acme",
        "model.intercom_warehouse.int_accounts reads model.acme.accounts",
        "model.intercom_warehouse.int_topic_phrases reads seed.acme.feedback_topics_of_acme",
      ],
      "name the package where dbt does not call our `ref`: in exposures",
    );
    const tests = ours.filter(([, node]) => node.resource_type === "test");
    assert.ok(tests.length > 400, `${tests.length} tests`);
    assert.deepEqual(
      tests
        .filter(([, node]) => !node.depends_on?.macros?.includes("macro.intercom_warehouse.ref"))
        .map(([id]) => id)
        .filter((id) => !id.endsWith(".work_is_counted_once")),
      [],
      "the generic test must call names_are_ours(), and must not be one of dbt's",
    );
    for (const [id, node] of nodes.filter(([, { package_name }]) => package_name === "acme")) {
      assert.ok(!node.tags?.includes("daily"), `${id} has a tag of ours`);
      assert.ok(!node.depends_on?.macros?.some((macro) => macro.includes("intercom_warehouse")), `${id} calls ours`);
    }
    await acme.succeed(["test", "--select", "contacts", "tags"]);
  });

  it("is GoogleSQL on BigQuery, where it has switched our tests off", async () => {
    const analyzer = await GoogleSqlAnalyzer.start();
    try {
      const manifest = await compileForBigQuery(acme.folder, ["--full-refresh", ...acme.flags], acme.environment);
      const models = manifest.nodes.filter(({ kind }) => kind === "model");
      assert.deepEqual(
        manifest.nodes.filter(({ kind, id }) => kind === "test" && id.includes(".intercom_warehouse.")),
        [],
      );
      const { complaints, columnsOf } = await analyzeStatements(
        analyzer,
        manifest.nodes,
        tablesBefore(manifest, "acme.analytics_support_builds"),
      );
      assert.deepEqual(complaints, []);
      assert.ok(columnsOf.size > 150, `only ${columnsOf.size} statements were checked`);
      const relations = models.map(({ relation }) => relation);
      for (const relation of ["analytics.contacts", "analytics_support.contacts", "analytics.intercom_tags"])
        assert.ok(relations.includes(`acme.${relation}`), `no ${relation}`);
    } finally {
      analyzer.stop();
    }
  });

  function schemas(): Promise<unknown[]> {
    const sql = "select distinct schema_name from duckdb_tables() where database_name = current_database() order by 1";
    return read(sql).then((rows) => rows.map((row) => (row as { schema_name: string }).schema_name));
  }

  function read(sql: string): Promise<unknown[]> {
    return readRows(acme.duckdbPath, sql);
  }

  /** Builds the same raw tables as this project does by itself, in the loader's file. */
  async function buildOurs(): Promise<void> {
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: acme.rawPath };
    const { exitCode, output } = await runDbt(["run", ...varsFlags(ownVars)], join(acme.folder, "ours"), environment);
    assert.equal(exitCode, 0, output);
  }

  /** The marts that have other rows than our own build gives them. */
  async function differingMarts(): Promise<string[]> {
    const names = (await readRows(
      acme.rawPath,
      "select table_name from information_schema.tables where table_schema = 'intercom' order by 1",
    )) as { table_name: string }[];
    assert.ok(names.length > 60, `${names.length} marts`);
    const differing: string[] = [];
    for (const { table_name: mart } of names) {
      const here = mart === "tags" ? "analytics.intercom_tags" : `analytics_support.${mart}`;
      const sql = (relation: string): string => `from ${relation} order by all`;
      const [theirs, ours] = [await read(sql(here)), await readRows(acme.rawPath, sql(`intercom.${mart}`))];
      if (JSON.stringify(theirs) !== JSON.stringify(ours)) differing.push(mart);
    }
    return differing;
  }

  async function parsedNodes(): Promise<[string, ManifestNode][]> {
    const { nodes, exposures, unit_tests } = JSON.parse(
      await readFile(join(targetFolder(acme.folder), "manifest.json"), "utf8"),
    ) as Readonly<Record<string, Readonly<Record<string, ManifestNode>>>>;
    assert.deepEqual(unit_tests, {});
    return Object.entries({ ...nodes, ...exposures });
  }
});

async function change(path: string, statements: readonly string[]): Promise<void> {
  await withDuckDb(path, async (connection) => {
    for (const statement of statements) await connection.run(statement);
  });
}
