import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { demonstrateActivation } from "./activation-demo.ts";
import { demoAccountsRelation, writeDemoAccounts } from "./desk/demo-accounts.ts";
import { startFakeIntercom } from "./intercom/server.ts";

// `make demo`: a made-up support desk, synced and built as a real workspace would be, in a warehouse of its own.

const conversations = 2000;
const duckdbPath = "data/demo.duckdb";

async function main(): Promise<number> {
  const fake = await startFakeIntercom({ seed: 1, conversations });
  const environment = {
    ...process.env,
    // The fakes are on this machine, whatever proxies it uses.
    no_proxy: "127.0.0.1",
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: duckdbPath,
    STATE_DIR: "data/demo",
    RAW_DATASET: "intercom_raw",
    MARTS_DATASET: "intercom",
  };
  // The demo begins anew each time; it has a warehouse of its own, so nothing of a real workspace is in it.
  for (const suffix of ["", ".wal"]) rmSync(duckdbPath + suffix, { force: true });
  mkdirSync("data", { recursive: true });
  try {
    say(
      `1/3  Syncing a made-up support desk of ${conversations.toLocaleString("en")} conversations into ${duckdbPath}`,
    );
    const syncCode = await run("node", ["loader/cli.ts", "sync"], environment);
    if (syncCode !== 0) return syncCode;
    await writeDemoAccounts(duckdbPath, fake.world.accounts());
  } finally {
    await fake.close();
  }
  say("2/3  Building and testing the models");
  const buildCode = await run(
    process.env["DBT"] ?? ".venv/bin/dbt",
    ["--quiet", "build", "--target-path", "target/demo", "--vars", `{accounts_relation: ${demoAccountsRelation}}`],
    environment,
  );
  if (buildCode !== 0) return buildCode;
  say("3/3  Telling a made-up PostHog and a made-up Attio of the closed tickets");
  const activateCode = await demonstrateActivation(run, environment, say);
  if (activateCode !== 0) return activateCode;
  say(`Done: ${duckdbPath} has one row per conversation in intercom.conversations.

Look at it:   DUCKDB_PATH=${duckdbPath} make export | head -3
              duckdb ${duckdbPath} "from intercom.conversations limit 5"     (with the DuckDB shell)
Your own:     INTERCOM_ACCESS_TOKEN=… make sync build                       (into data/intercom.duckdb)`);
  return 0;
}

function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** Runs a command with its output shown; resolves to its exit code. */
function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", env: environment });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

process.exitCode = await main();
