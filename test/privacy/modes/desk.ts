// A made-up support desk whose every text has canaries, and what the commands write of it in one combination of modes.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { streamNames } from "../../../loader/extract/streams.ts";
import { runDbt } from "../../dbt/command.ts";
import { demoAccountsRelation, writeDemoAccounts } from "../../fake/desk/demo-accounts.ts";
import { GeneratedWorld } from "../../fake/desk/generated-world.ts";
import { type FakeIntercom, startFakeIntercom } from "../../fake/intercom/server.ts";
import { readDuckDb } from "../../tools/duckdb-file.ts";
import { type Ended, loader } from "../../tools/loader-process.ts";
import { withCanaries } from "./canaries.ts";

export const key = "a key of tests, which is longer than 32 bytes";
const now = Date.UTC(2026, 9, 1, 12);
const outputShown = 3000;
const attemptsMax = 5;
/** Base64 that begins as gzip does. */
const packed = /H4sI[A-Za-z0-9+/=]{20,}/g;

export type Modes = { readonly pii: string; readonly body: string };

/** Starts a desk at which no time passes: whatever is built of it is the same each time. */
export async function startDesk(options: {
  readonly conversations: number;
  readonly tickets: number;
}): Promise<FakeIntercom> {
  const world = new GeneratedWorld({
    ...options,
    accounts: 14,
    lonelyCompanies: 4,
    isWhole: true,
    seed: 3,
    now: () => now,
  });
  const fake = await startFakeIntercom({ world });
  return fake;
}

export function addCanaries(fake: FakeIntercom): void {
  fake.faults.add({ kind: "rewritten", rewrite: withCanaries });
}

/** A warehouse of its own, with all that the commands write beside it in one folder. */
export class ModesWarehouse {
  readonly folder = mkdtempSync(join(tmpdir(), "privacy-"));
  readonly modes: Modes;
  readonly #fake: FakeIntercom;
  /** What the commands printed. */
  readonly printed: string[] = [];
  /** What was seen in the spool while runs were under way. */
  readonly spooled = new Set<string>();

  constructor(fake: FakeIntercom, modes: Modes) {
    this.#fake = fake;
    this.modes = modes;
  }

  get path(): string {
    return join(this.folder, "warehouse.duckdb");
  }

  get environment(): Record<string, string> {
    return {
      INTERCOM_BASE_URL: this.#fake.url,
      INTERCOM_ACCESS_TOKEN: this.#fake.token,
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: this.path,
      STATE_DIR: this.folder,
      PII_MODE: this.modes.pii,
      BODY_MODE: this.modes.body,
      ...(this.modes.pii === "pseudonymous" ? { PII_KEY: key } : {}),
    };
  }

  /** Runs a command; its output counts as written. */
  async run(args: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
    const ended = await loader(args, { ...this.environment, ...more });
    this.printed.push(ended.stdout, ended.stderr);
    return ended;
  }

  /** Syncs every stream, with an archive: lists that belong to records come with the second run. */
  async sync(canaries: readonly string[] = []): Promise<readonly Ended[]> {
    const stop = this.#fake.onRequest(({ number }) => {
      if (number % 20 === 0) this.#lookIntoSpool(canaries);
    });
    const all = ["sync", "--streams", streamNames.join(), "--archive", join(this.folder, "archive")];
    const both = async (): Promise<readonly Ended[]> => [await this.run(all), await this.run(all)];
    let ended = await both();
    // The desk stands still, and a slow machine's clock goes on: what was synced up to another second begins again.
    for (let attempt = 1; attempt < attemptsMax && (await this.#isLate()); attempt += 1) {
      rmSync(this.folder, { recursive: true });
      mkdirSync(this.folder);
      ended = await both();
    }
    stop();
    return ended;
  }

  async #isLate(): Promise<boolean> {
    if (!existsSync(this.path)) return false;
    const [[seconds] = []] = await readDuckDb(this.path, async (connection) =>
      (await connection.runAndReadAll("select epoch(max(window_to)) from intercom_raw._loads")).getRows(),
    );
    return Number(seconds) > this.#fake.world.clock();
  }

  /** Builds every model, and keeps what dbt writes. */
  async build(selected: readonly string[] = []): Promise<void> {
    await writeDemoAccounts(this.path, this.#fake.world.accounts());
    const vars = JSON.stringify({ accounts_relation: demoAccountsRelation });
    const select = selected.length === 0 ? [] : ["--select", ...selected];
    const scope = ["--exclude-resource-type", "test", "unit_test", "--vars", vars, ...select];
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: this.path };
    const built = await runDbt(["build", ...scope], this.folder, environment, { isRecorded: true });
    this.printed.push(built.output);
    if (built.exitCode !== 0) throw new Error(built.output.slice(-outputShown));
  }

  /** Which of some texts were written anywhere: files, what is in compressed files, tables, what was printed. */
  async found(canaries: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    const look = (text: string, where: string): void => {
      for (const canary of canaries) if (text.includes(canary)) found.add(`${canary} in ${where}`);
    };
    for (const file of filesBelow(this.folder)) {
      const bytes = readFileSync(file);
      look(textOf(file, bytes), file.slice(this.folder.length + 1).replace(/[\w.-]+(\.ndjson\.gz)$/, "*$1"));
      if (file.endsWith(".duckdb")) for (const [table, text] of await tablesOf(file)) look(text, table);
    }
    look(this.printed.join("\n"), "output");
    for (const canary of this.spooled) if (canaries.includes(canary)) found.add(`${canary} in spool`);
    return [...found].sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lookIntoSpool(canaries: readonly string[]): void {
    const spool = join(this.folder, "spool");
    if (!existsSync(spool)) return;
    for (const file of filesBelow(spool)) {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      for (const canary of canaries) if (text.includes(canary)) this.spooled.add(canary);
    }
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A file's text, with what is compressed in it. The report has its data as base64 of gzip. */
function textOf(file: string, bytes: Buffer): string {
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  if (!file.endsWith(".html")) return text;
  const data = (text.match(packed) ?? []).map((found) => gunzipSync(Buffer.from(found, "base64")).toString("utf8"));
  return [text, ...data].join("\n");
}

/** Each table and view with all of its rows as text: DuckDB compresses what it stores. */
async function tablesOf(path: string): Promise<[string, string][]> {
  return readDuckDb(path, async (connection) => {
    const tables = await connection.runAndReadAll(
      "select schema_name, table_name from duckdb_tables() union all select schema_name, view_name from duckdb_views() where not internal",
    );
    const texts: [string, string][] = [];
    for (const [schema, table] of tables.getRows()) {
      const rows = await connection.runAndReadAll(
        `select string_agg(cast(each as varchar), chr(10)) from "${schema}"."${table}" as each`,
      );
      texts.push([`${schema}.${table}`, String(rows.getRows()[0]?.[0] ?? "")]);
    }
    return texts;
  });
}
