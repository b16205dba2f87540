// `make bench`: ours, the SDK loop and the fake's own ceiling, in turn, at several sizes; then the rate limit,
// builds of the models, and what BigQuery would bill for them.
// Machines differ and are noisy: read the ratios, not the seconds.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { aligned } from "../../loader/table.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { loaderCommand } from "./loader-command.ts";
import { type FakeProcess, runToEnd, startFakeProcess } from "./process.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "5000,20000,200000" },
    rounds: { type: "string", default: "3" },
    /** Some of the parts below, by their names. */
    only: { type: "string" },
    /** Another working tree of this project, to compare builds with. */
    base: { type: "string" },
  },
});
const sizes = values.sizes.split(",").map(Number);
/**
 * The fake makes each conversation once, in the turn before the first that is timed, and keeps it: Intercom's computers are
 * none of this machine's.
 */
const keptMegabytes = 4000;
/** Each side takes so many turns; medians are printed. Sizes beyond this have one turn, which is long enough. */
const rounds = Number(values.rounds);
const sizeOfRoundsMax = 50_000;
const conversationsOfForms = 5000;
const folder = mkdtempSync(join(tmpdir(), "intercom-bench-"));

type LoaderSummary = {
  readonly requests: number;
  readonly rate_limit_refusals: number;
  readonly peak_memory_bytes: number;
  readonly streams: Readonly<Record<string, { readonly rows: number } | undefined>>;
};

const parts: Readonly<Record<string, () => Promise<void>>> = {
  sizes: compareSizes,
  forms: compareForms,
  latency: withLatency,
  rate: withRateLimit,
  builds: () => printPart("test/bench/builds.ts", values.base === undefined ? [] : ["--base", values.base]),
  bill: () => printPart("test/bench/bill/main.ts"),
};

try {
  for (const name of values.only?.split(",") ?? Object.keys(parts)) {
    const part = parts[name];
    if (part === undefined) throw new Error(`--only knows ${Object.keys(parts).join(", ")}, not ${name}`);
    await part();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareSizes(): Promise<void> {
  const speeds = [["conversations", "parts", "ours/s", "SDK loop/s", "ours ÷ SDK", "all streams/s", "fake alone/s"]];
  const costs = [["conversations", "requests each", "again: requests", "peak MB", "peak MB, all streams"]];
  for (const size of sizes) {
    const fake = await startFakeProcess(["--conversations", String(size), "--keep-megabytes", String(keptMegabytes)]);
    try {
      const askForAll = () => runToEnd("node", ["test/bench/ceiling.ts", fake.url, fake.token]);
      await askForAll();
      const ceiling = await askForAll();
      const turns = await takeTurns(fake, size <= sizeOfRoundsMax ? rounds : 1);
      const all = await sync(fake, `all-${size}`);
      const again = await sync(fake, `all-${size}`);
      const count = rowsOf(all, "conversations");
      const [ours, loop] = [median(turns.ours.map(({ seconds }) => seconds)), median(turns.loop)];
      speeds.push([
        String(count),
        String(rowsOf(all, "conversation_parts")),
        (count / ours).toFixed(0),
        (count / loop).toFixed(0),
        (loop / ours).toFixed(1),
        (count / all.seconds).toFixed(0),
        (count / ceiling.seconds).toFixed(0),
      ]);
      costs.push([
        String(count),
        (all.requests / count).toFixed(3),
        String(again.requests),
        megabytes(Math.max(...turns.ours.map((turn) => turn.peak_memory_bytes))),
        megabytes(all.peak_memory_bytes),
      ]);
    } finally {
      await fake.stop();
    }
  }
  print(
    "No rate limit, no latency: conversations and their parts, ours to committed DuckDB rows with plain text",
    speeds,
  );
  print("Requests and memory", costs);
}

/** Ours and the SDK loop in turn. The loop brings conversations and parts alone, and so does ours here. */
async function takeTurns(fake: FakeProcess, count: number): Promise<{ ours: Timed[]; loop: number[] }> {
  const turns: { ours: Timed[]; loop: number[] } = { ours: [], loop: [] };
  for (let turn = 1; turn <= count; turn += 1) {
    turns.ours.push(await sync(fake, `turn-${turn}`, "--streams conversations"));
    const args = ["test/bench/sdk-loop.ts", fake.url, fake.token, join(folder, "sdk.ndjson")];
    turns.loop.push((await runToEnd("node", args)).seconds);
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  return turns;
}

/** The same desk in each form that its answers may have, in turn, so that noise hits all alike. */
async function compareForms(): Promise<void> {
  const forms = {
    plain: [],
    escaped: ["--escape-html"],
    gzip: ["--gzip"],
    "escaped, gzip": ["--escape-html", "--gzip"],
  };
  const size = Math.min(...sizes, conversationsOfForms);
  const rows = [["form", "conversations", "ours/s", "÷ plain", "threads read slowly", "bodies read slowly"]];
  const fakes = new Map<string, FakeProcess>();
  const turns = new Map<string, Timed[]>();
  try {
    for (const [form, flags] of Object.entries(forms)) {
      const args = ["--conversations", String(size), "--keep-megabytes", String(keptMegabytes), ...flags];
      const fake = await startFakeProcess(args);
      fakes.set(form, fake);
      await sync(fake, `warm-up-${form}`, "--streams conversations");
    }
    for (let turn = 1; turn <= rounds; turn += 1)
      for (const [form, fake] of fakes)
        turns.set(form, [...(turns.get(form) ?? []), await sync(fake, `${form}-${turn}`, "--streams conversations")]);
  } finally {
    for (const fake of fakes.values()) await fake.stop();
  }
  const secondsOf = (form: string): number => median((turns.get(form) ?? []).map(({ seconds }) => seconds));
  for (const [form, [first]] of turns) {
    const count = first === undefined ? 0 : rowsOf(first, "conversations");
    rows.push([
      form,
      String(count),
      (count / secondsOf(form)).toFixed(0),
      (secondsOf("plain") / secondsOf(form)).toFixed(2),
      percent(first?.slow_thread_share),
      percent(first?.slow_body_share),
    ]);
  }
  print("Conversations and their parts in each form that answers may have", rows);
}

/** What a part prints that is a process of its own: the analyzer, for one, can't be started twice in one. */
async function printPart(script: string, args: readonly string[] = []): Promise<void> {
  const { output } = await runToEnd("node", [script, ...args]);
  // The analyzer says first where it listens.
  process.stdout.write(output.slice(Math.max(0, output.indexOf("\n\n"))));
}

function percent(share: number | undefined): string {
  return share === undefined ? "?" : `${(100 * share).toFixed(1)} %`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rowsOf(run: LoaderSummary, stream: string): number {
  return run.streams[stream]?.rows ?? 0;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

async function withLatency(): Promise<void> {
  const fake = await startFakeProcess(["--conversations", "3000", "--latency-ms", "100"]);
  try {
    const ours = await sync(fake, "latency");
    const count = rowsOf(ours, "conversations");
    print("100 ms latency", [
      ["conversations", "ours/s"],
      [String(count), (count / ours.seconds).toFixed(0)],
    ]);
  } finally {
    await fake.stop();
  }
}

/** The fake runs in this process here, so that its own count of each window can be read. */
async function withRateLimit(): Promise<void> {
  const rows = [["limit a minute", "conversations", "seconds", "whole windows", "fullest %", "emptiest %", "429s"]];
  for (const [perMinute, conversations] of [
    [1000, 1000],
    [10_000, 8000],
  ] as const) {
    const fake = await startFakeIntercom({ conversations, rateLimit: { perMinute }, latencyMs: 150 });
    try {
      const ours = await sync(fake, `rate-${perMinute}`);
      const used = fake.windows.slice(1, -1).map((window) => (100 * window.used) / window.limit);
      rows.push([
        String(perMinute),
        String(rowsOf(ours, "conversations")),
        ours.seconds.toFixed(1),
        String(used.length),
        Math.max(...used).toFixed(1),
        Math.min(...used).toFixed(1),
        String(ours.rate_limit_refusals),
      ]);
    } finally {
      await fake.close();
    }
  }
  print("Rate limit, 150 ms latency", rows);
}

type Timed = LoaderSummary & {
  readonly seconds: number;
  readonly slow_thread_share: number;
  readonly slow_body_share: number;
};

async function sync(fake: Pick<FakeProcess, "url" | "token">, name: string, flags = ""): Promise<Timed> {
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: join(folder, `${name}.duckdb`),
    STATE_DIR: folder,
    no_proxy: "127.0.0.1",
  };
  const command = ["-c", `${loaderCommand} sync --json ${flags}`];
  const { output, told, seconds } = await runToEnd("sh", command, environment);
  const last = told.split("\n").findLast((line) => line.includes('"run_ended"')) ?? "{}";
  return { ...(JSON.parse(last) as Timed), ...(JSON.parse(output) as LoaderSummary), seconds };
}

function print(title: string, rows: readonly (readonly string[])[]): void {
  process.stdout.write(`\n${title}\n${aligned(rows)}\n`);
}
