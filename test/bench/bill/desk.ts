import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { runDbt } from "../../dbt/command.ts";
import { demoAccountsRelation, writeDemoAccounts } from "../../fake/desk/demo-accounts.ts";
import { GeneratedWorld } from "../../fake/desk/generated-world.ts";
import { startFakeIntercom } from "../../fake/intercom/server.ts";
import { loaderCommand } from "../loader-command.ts";
import { runToEnd } from "../process.ts";

const daySeconds = 86_400;
/** Accounts and tickets grow with the conversations, as in the demo: a customer base, not one busy customer. */
const accountsPerConversation = 0.15;
const ticketsPerConversation = 0.2;
const notTests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];

/** Two DuckDB files of the same desk: as it was built first, and after the build that followed one more day. */
export type Desk = { readonly before: string; readonly after: string; readonly manifest: string };

/** Makes a desk up, syncs and builds it, lets it live on for a day, syncs and builds again. Files stay in `folder`. */
export async function makeDesk(folder: string, conversations: number): Promise<Desk> {
  const path = join(folder, "warehouse.duckdb");
  const world = new GeneratedWorld({
    conversations,
    accounts: Math.round(conversations * accountsPerConversation),
    tickets: Math.round(conversations * ticketsPerConversation),
    isWhole: true,
  });
  const fake = await startFakeIntercom({ world });
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: path,
    STATE_DIR: folder,
    RAW_DATASET: "intercom_raw",
    MARTS_DATASET: "intercom",
    no_proxy: "127.0.0.1",
  };
  const grow = async (to: string): Promise<string> => {
    await runToEnd("sh", ["-c", `${loaderCommand} sync --json`], environment);
    await writeDemoAccounts(path, world.accounts());
    const vars = JSON.stringify({ accounts_relation: demoAccountsRelation });
    const { exitCode, output } = await runDbt(["build", ...notTests, "--vars", vars], folder, environment, {
      isRecorded: true,
    });
    if (exitCode !== 0) throw new Error(`dbt could not build the desk:\n${output.slice(-4000)}`);
    await copyFile(path, join(folder, to));
    return join(folder, to);
  };
  try {
    const before = await grow("before.duckdb");
    world.advance(daySeconds);
    const after = await grow("after.duckdb");
    return { before, after, manifest: join(folder, "target/manifest.json") };
  } finally {
    await fake.close();
  }
}
