// `make demo`: a made-up support desk, synced and built as a real workspace would be, in a warehouse of its own.
import { mkdirSync, rmSync } from "node:fs";
import { z } from "zod";
import { writeForOwnerAlone } from "../../../loader/private-files.ts";
import { demoAccountsRelation, writeDemoAccounts } from "../desk/demo-accounts.ts";
import { GeneratedWorld } from "../desk/generated-world.ts";
import { startFakeIntercom } from "../intercom/server.ts";
import { demonstrateActivation } from "./activation.ts";
import { newestRows } from "./rows.ts";
import { count, run, Stage } from "./stage.ts";

const conversations = 2000;
const tickets = 400;
const duckdbPath = "data/demo.duckdb";
const reportPath = "data/demo-report.html";

const summarySchema = z.object({
  seconds: z.number(),
  requests: z.number(),
  streams: z.object({
    conversations: z.object({ rows: z.number() }),
    conversation_parts: z.object({ rows: z.number() }),
    tickets: z.object({ rows: z.number() }),
  }),
});

const nextSteps = `
Look at it:  open ${reportPath} in a browser
Ask it:      make query DUCKDB_PATH=${duckdbPath} SQL="select state, count(*) from intercom.conversations group by state"
Take it:     make export DUCKDB_PATH=${duckdbPath} ARGS="--format csv" > conversations.csv
Your own:    make doctor (it says what is missing), then make sync build`;

/** Every stage in turn. @returns the exit code of the first that fails, else 0 */
async function main(): Promise<number> {
  // The demo begins from nothing each time. Nothing of a real workspace is in its warehouse.
  for (const suffix of ["", ".wal"]) rmSync(duckdbPath + suffix, { force: true });
  writeForOwnerAlone();
  mkdirSync("data", { recursive: true });
  const world = new GeneratedWorld({ seed: 1, conversations, tickets, isWhole: true });
  const fake = await startFakeIntercom({ world });
  const environment = {
    ...process.env,
    // The fakes are on this machine, whatever proxies it uses.
    no_proxy: "127.0.0.1",
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: duckdbPath,
    DUCKDB_MARTS_PATH: "",
    STATE_DIR: "data/demo",
    RAW_DATASET: "intercom_raw",
    MARTS_DATASET: "intercom",
  };
  try {
    const code = await sync(environment);
    if (code !== 0) return code;
    await writeDemoAccounts(duckdbPath, fake.world.accounts());
  } finally {
    await fake.close();
  }
  for (const stage of [build, snapshot, demonstrateActivation, report]) {
    const code = await stage(environment);
    if (code !== 0) return code;
  }
  const newest = await newestRows(duckdbPath);
  process.stdout.write(`
${duckdbPath} has one row per conversation in intercom.conversations. Five of them, with some of their columns:

${newest.conversations}

Five resolved tickets of intercom.tickets, and where their time went:

${newest.tickets}
${nextSteps}
`);
  return 0;
}

async function sync(environment: NodeJS.ProcessEnv): Promise<number> {
  const stage = new Stage("1/5  Sync a made-up Intercom");
  const ended = await run("node", ["loader/cli.ts", "sync", "--json"], environment);
  if (ended.exitCode !== 0) {
    stage.failed(ended);
    return ended.exitCode;
  }
  const { streams, requests, seconds } = summarySchema.parse(JSON.parse(ended.stdout));
  const parts = `${count(streams.conversation_parts.rows)} parts`;
  const threads = `${count(streams.conversations.rows)} conversations with ${parts} and ${count(streams.tickets.rows)} tickets`;
  stage.done(`${threads}, by ${count(requests)} requests in ${seconds.toFixed(0)} s`);
  return 0;
}

async function build(environment: NodeJS.ProcessEnv): Promise<number> {
  const stage = new Stage("2/5  Build and test the models");
  const [command = "", ...words] = (process.env["DBT"] || ".venv/bin/python run_dbt.py").split(/\s+/);
  const vars = `{accounts_relation: ${demoAccountsRelation}}`;
  const args = [
    ...words,
    "build",
    "--exclude-resource-type",
    "unit_test",
    "--target-path",
    "target/demo",
    "--vars",
    vars,
  ];
  const startedAtMs = Date.now();
  const ended = await run(command, args, environment, (text) => {
    const step = /(\d+ of \d+) START/.exec(text)?.[1];
    if (step !== undefined) stage.progress(step);
  });
  if (ended.exitCode !== 0) {
    stage.failed(ended);
    return ended.exitCode;
  }
  const seconds = (Date.now() - startedAtMs) / 1000;
  stage.done(`${dbtCounts(ended.output)} in ${seconds.toFixed(0)} s (each step is in logs/dbt.log)`);
  return 0;
}

async function snapshot(environment: NodeJS.ProcessEnv): Promise<number> {
  const stage = new Stage("3/5  Give readers the marts in a file of their own");
  const ended = await run("node", ["loader/cli.ts", "snapshot"], environment);
  if (ended.exitCode !== 0) {
    stage.failed(ended);
    return ended.exitCode;
  }
  stage.done(ended.stdout.trim());
  return 0;
}

async function report(environment: NodeJS.ProcessEnv): Promise<number> {
  const stage = new Stage("5/5  Write a page that shows it");
  const ended = await run("node", ["loader/cli.ts", "report", "--output", reportPath], environment);
  if (ended.exitCode !== 0) {
    stage.failed(ended);
    return ended.exitCode;
  }
  stage.done(ended.stdout.trim());
  return 0;
}

/** Of dbt's own lines "Found 83 models, 605 data tests, …" and "Done. PASS=786 WARN=1 …". */
function dbtCounts(output: string): string {
  const found = (noun: string): number => Number(new RegExp(`(\\d+) ${noun}`).exec(output)?.[1] ?? 0);
  const tests = found("data tests");
  const warnings = Number(/WARN=(\d+)/.exec(output)?.[1] ?? 0);
  const warned = warnings === 0 ? "" : `, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  return `${found("models")} models, ${tests} tests${warned}`;
}

process.exitCode = await main();
