// What builds cost: in full, after a day and a half (some 1 % of the conversations), and with nothing new. `--base <folder>` is
// another working tree of this project (with
// its packages installed), whose builds of the same raw tables are measured too: the last columns are this ÷ that.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { aligned } from "../../loader/table.ts";
import { runToEnd, startFakeProcess } from "./process.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "20000" },
    base: { type: "string" },
    whole: { type: "boolean", default: false },
    folder: { type: "string" },
  },
});

const CHANGE_SECONDS = 36 * 3600;
const KEPT_MEGABYTES = "2000";
const folder = values.folder ?? mkdtempSync(join(tmpdir(), "intercom-bench-builds-"));

type Cost = {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly models: number;
  readonly dataTests: number;
  readonly unitTests: number;
  readonly nodes: number;
  readonly fileMegabytes: number;
};

const headings = [
  ...["build", "tree", "seconds", "÷ dbt ls", "models", "data tests", "unit tests", "tests' share", "÷ full", "nodes"],
  ...["peak MB", "file MB"],
];

try {
  for (const size of values.sizes.split(",").map(Number)) await compareBuilds(size);
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

async function compareBuilds(size: number): Promise<void> {
  const trees = { ...(values.base === undefined ? {} : { base: resolve(values.base) }), ours: resolve(".") };
  const costs = new Map<string, Map<string, Cost>>();
  const ls = new Map<string, number>();
  const moments = {
    full: [],
    "1 %": ["--advance", String(CHANGE_SECONDS)],
    nothing: ["--advance", String(CHANGE_SECONDS)],
  };
  const raw = join(folder, `raw-${size}.duckdb`);
  for (const [moment, flags] of Object.entries(moments)) {
    const kind = values.whole ? ["--whole", "--tickets", String(Math.round(size / 10))] : [];
    const fake = await startFakeProcess([
      ...["--conversations", String(size), "--keep-megabytes", KEPT_MEGABYTES],
      ...kind,
      ...flags,
    ]);
    try {
      await sync(fake, raw);
    } finally {
      await fake.stop();
    }
    for (const [name, tree] of Object.entries(trees)) {
      const file = join(folder, `${name}-${size}.duckdb`);
      if (moment === "full") copyFileSync(raw, file);
      else await takeOver(raw, file);
      const cost = await build(tree, file);
      if (moment === "full")
        ls.set(name, (await runIn(tree, file, [join(tree, ".venv/bin/dbt"), "ls", "--quiet"])).seconds);
      costs.set(name, (costs.get(name) ?? new Map()).set(moment, cost));
      process.stderr.write(`${JSON.stringify({ size, moment, name, ...cost })}\n`);
    }
  }
  const rows = [[...headings, ...(values.base === undefined ? [] : ["seconds ÷ base", "all ÷ base"])]];
  for (const moment of Object.keys(moments))
    for (const [name, of] of costs) {
      const [cost, full, base] = [of.get(moment), of.get("full"), costs.get("base")?.get(moment)];
      if (cost === undefined || full === undefined) continue;
      const all = threadSeconds(cost);
      rows.push([
        moment,
        name,
        cost.seconds.toFixed(1),
        (cost.seconds / (ls.get(name) ?? Number.NaN)).toFixed(1),
        cost.models.toFixed(1),
        cost.dataTests.toFixed(1),
        cost.unitTests.toFixed(1),
        percent((cost.dataTests + cost.unitTests) / all),
        percent(all / threadSeconds(full)),
        String(cost.nodes),
        cost.peakMegabytes.toFixed(0),
        cost.fileMegabytes.toFixed(0),
        ...(base === undefined
          ? []
          : [(cost.seconds / base.seconds).toFixed(2), (all / threadSeconds(base)).toFixed(2)]),
      ]);
    }
  process.stdout.write(`\nBuilds of ${size} conversations (models and tests in thread-seconds)\n${aligned(rows)}\n`);
}

/** The raw tables of one file replace those of another: both trees build from the same rows. */
async function takeOver(from: string, into: string): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(into);
  const connection = await instance.connect();
  try {
    await connection.run(`attach '${from}' as fresh (read_only)`);
    const reader = await connection.runAndReadAll(
      "select table_name from duckdb_columns() where database_name = 'fresh' and schema_name = 'intercom_raw' and column_name = '_load_id'",
    );
    for (const [table] of reader.getRows()) {
      await connection.run(
        `insert into intercom_raw."${table}" by name select * from fresh.intercom_raw."${table}" where _load_id not in (select _load_id from intercom_raw."${table}")`,
      );
    }
    await connection.run("checkpoint");
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** `make build`, with the memory of its dbt. */
async function build(tree: string, file: string): Promise<Cost> {
  const peakFile = join(folder, "peak");
  const peak = `import resource,subprocess,sys; code=subprocess.run(sys.argv[1:]).returncode; open(${JSON.stringify(peakFile)},"w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)`;
  // The first commits of the project had no run_dbt.py.
  const dbt = existsSync(join(tree, "run_dbt.py")) ? ".venv/bin/python run_dbt.py" : ".venv/bin/dbt";
  const { seconds } = await runIn(tree, file, ["make", "build", `DBT=python3 -c '${peak}' ${dbt}`]);
  const results = (
    JSON.parse(readFileSync(join(tree, "target/run_results.json"), "utf8")) as {
      results: { unique_id: string; execution_time: number }[];
    }
  ).results;
  const spent = (kind: string): number =>
    results
      .filter(({ unique_id }) => unique_id.startsWith(`${kind}.`))
      .reduce((sum, each) => sum + each.execution_time, 0);
  return {
    seconds,
    peakMegabytes: Number(readFileSync(peakFile, "utf8")) / 1000,
    models: spent("model"),
    dataTests: spent("test"),
    unitTests: spent("unit_test"),
    nodes: results.length,
    fileMegabytes: statSync(file).size / 1e6,
  };
}

function threadSeconds({ models, dataTests, unitTests }: Cost): number {
  return models + dataTests + unitTests;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function runIn(tree: string, file: string, command: readonly string[]) {
  const [first = "", ...args] = command;
  return runToEnd("env", ["-C", tree, first, ...args], {
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: file,
    DBT_PROFILES_DIR: tree,
    DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
  });
}

async function sync(fake: { url: string; token: string }, file: string): Promise<void> {
  await runToEnd("npm", ["run", "--silent", "loader", "--", "sync"], {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: file,
    STATE_DIR: folder,
    no_proxy: "127.0.0.1",
  });
}
