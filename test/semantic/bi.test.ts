import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { runDbt, targetFolder } from "../dbt/command.ts";

// What BI tools read of the project: dbt's manifest.json, as Lightdash and dbt-metabase do.

type Column = { readonly name: string; readonly meta: Readonly<Record<string, unknown>> };
type Join = { readonly join: string; readonly sql_on: string };
type Mart = {
  readonly name: string;
  readonly unique_id: string;
  readonly resource_type: string;
  readonly config: {
    readonly contract?: { readonly enforced: boolean };
    readonly meta: { readonly primary_key?: readonly string[]; readonly joins?: readonly Join[] };
  };
  readonly columns: Readonly<Record<string, Column>>;
};
type DataTest = {
  readonly attached_node?: string;
  readonly test_metadata?: {
    readonly name: string;
    readonly kwargs: { readonly columns?: readonly string[] | string };
  };
  readonly config: { readonly where?: string | null };
};
type Manifest = {
  readonly nodes: Readonly<Record<string, Mart & DataTest>>;
  readonly exposures: Readonly<Record<string, Exposure>>;
  readonly metrics: Readonly<
    Record<string, { readonly name: string; readonly label: string; readonly description: string }>
  >;
};
type Exposure = {
  readonly name: string;
  readonly owner: { readonly name: string | null; readonly email: string | null };
  readonly url: string | null;
  readonly maturity: string | null;
};

/** A problem has no key. What waits for a tracker is a conversation, or a ticket without one. */
const martsWithoutKey = ["churn_input_health", "tracker_conversations"];
const technicalColumns = ["built_from", "payload_hash"];

let manifest: Manifest;
let marts: ReadonlyMap<string, Mart>;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), "bi-"));
  const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(folder, "warehouse.duckdb") };
  const parsed = await runDbt(["parse"], folder, environment, { isRecorded: true });
  assert.equal(parsed.exitCode, 0, parsed.output);
  // dbt's own format, version 12 of its manifest schema; only the fields above are relied on.
  manifest = JSON.parse(await readFile(join(targetFolder(folder), "manifest.json"), "utf8")) as Manifest;
  await rm(folder, { recursive: true });
  const models = Object.values(manifest.nodes).filter((node) => node.resource_type === "model");
  marts = new Map(models.filter(({ config }) => config.contract?.enforced === true).map((mart) => [mart.name, mart]));
  assert.ok(marts.size > 60);
});

test("each mart names its primary key, and a grain test asks that it is one", () => {
  const grains = Object.values(manifest.nodes)
    .filter((node) => node.test_metadata?.name === "grain" && !node.config.where)
    .map((node) => `${node.attached_node} ${columnsOf(node.test_metadata?.kwargs.columns)}`);
  const unproven = [...marts.values()].filter(
    ({ unique_id, config }) => !grains.includes(`${unique_id} ${config.meta.primary_key?.join(", ")}`),
  );
  assert.deepEqual(unproven.map(({ name }) => name).toSorted(), martsWithoutKey);
});

test("a foreign key leads to a column of a mart that is its key within a workspace", () => {
  const found = keysOf("metabase.fk_target_table");
  assert.ok(found.length > 60, `only ${found.length} foreign keys`);
  const broken = found.filter(({ column }) => {
    const target = marts.get(String(column.meta["metabase.fk_target_table"]));
    const own = target?.config.meta.primary_key?.filter((name) => name !== "workspace_id").join(", ");
    return own === undefined || own !== column.meta["metabase.fk_target_field"];
  });
  assert.deepEqual(
    broken.map(({ mart, column }) => `${mart.name}.${column.name}`),
    [],
  );
});

test("a column that is a key by itself is part of the mart's primary key", () => {
  const found = keysOf("metabase.semantic_type");
  assert.ok(found.length > 8, `only ${found.length} keys`);
  for (const { mart, column } of found)
    assert.ok(mart.config.meta.primary_key?.includes(column.name), `${mart.name}.${column.name}`);
});

test("a join finds one row at most: it asks for the whole key of the other mart, by columns that there are", () => {
  const joined = [...marts.values()].filter(({ config }) => config.meta.joins !== undefined);
  assert.ok(joined.length > 8);
  for (const { name, config } of joined)
    for (const { join: other, sql_on } of config.meta.joins ?? []) {
      const columns = [...sql_on.matchAll(/\$\{(\w+)\.(\w+)\}/g)].map(([, mart = "", column = ""]) => {
        assert.ok(marts.get(mart)?.columns[column], `${name}: ${mart}.${column}`);
        return { mart, column };
      });
      const asked = columns.filter(({ mart }) => mart === other).map(({ column }) => column);
      assert.deepEqual(asked, marts.get(other)?.config.meta.primary_key, `${name} to ${other}`);
    }
});

test("columns that only builds need are hidden", () => {
  const shown = [...marts.values()].flatMap((mart) =>
    Object.values(mart.columns)
      .filter(({ name }) => technicalColumns.includes(name))
      .filter(({ meta }) => meta["metabase.visibility_type"] !== "sensitive" || !isHidden(meta["dimension"]))
      .map((column) => `${mart.name}.${column.name}`),
  );
  assert.deepEqual(shown, []);
});

test("every exposure says who owns it, where it is, and how mature it is", () => {
  const exposures = Object.values(manifest.exposures);
  const lacking = exposures.filter(
    ({ owner, url, maturity }) => !owner.name || !owner.email || !url?.startsWith("https://") || !maturity,
  );
  assert.deepEqual(lacking, []);
  assert.deepEqual(exposures.map(({ name }) => name).toSorted(), [
    "attio_support_tickets",
    "posthog_support_ticket_closed",
    "support_dashboard",
    "support_report",
  ]);
});

test("every metric has a label in plain words, and a description of its own", () => {
  const metrics = Object.values(manifest.metrics);
  assert.ok(metrics.length > 60);
  const unnamed = metrics.filter(({ label, description }) => label.includes("_") || !description.endsWith("."));
  assert.deepEqual(unnamed, []);
  assert.equal(new Set(metrics.map(({ label }) => label)).size, metrics.length);
  assert.equal(new Set(metrics.map(({ description }) => description)).size, metrics.length);
});

/** The columns with such an entry in their `meta`. */
function keysOf(entry: string): { readonly mart: Mart; readonly column: Column }[] {
  return [...marts.values()].flatMap((mart) =>
    Object.values(mart.columns)
      .filter(({ meta }) => entry in meta)
      .map((column) => ({ mart, column })),
  );
}

/** The grain of `support_daily` is an expression: attributes may be part of it. By default none is. */
function columnsOf(columns: readonly string[] | string | undefined): string {
  if (typeof columns !== "string") return columns?.join(", ") ?? "";
  return [...columns.matchAll(/'(\w+)'/g)]
    .map(([, name]) => name)
    .filter((name) => name !== "column")
    .join(", ");
}

function isHidden(dimension: unknown): boolean {
  return typeof dimension === "object" && dimension !== null && "hidden" in dimension && dimension.hidden === true;
}
