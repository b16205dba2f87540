// `make bench`: ours, the SDK loop and the fake's own ceiling, in turn, at several sizes; then the rate limit.
// Machines differ and are noisy: read the ratios, not the seconds.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { aligned } from "../../loader/summary.ts";
import { startFakeIntercom } from "../fake/server.ts";
import { type FakeProcess, runToEnd, startFakeProcess } from "./process.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1000,5000,20000" },
    "sdk-max": { type: "string", default: "20000" },
  },
});
const sizes = values.sizes.split(",").map(Number);
/** The SDK loop is sequential; beyond this size it only costs time. */
const sdkConversationsMax = Number(values["sdk-max"]);
const folder = mkdtempSync(join(tmpdir(), "intercom-bench-"));

/** The command that `npm run loader` runs: each side is timed as a process of its own, from its start to its end. */
const loaderCommand = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { loader: string } }).scripts
  .loader;

type LoaderSummary = {
  readonly requests: number;
  readonly rate_limit_refusals: number;
  readonly peak_memory_bytes: number;
  readonly streams: Readonly<Record<string, { readonly rows: number } | undefined>>;
};

try {
  await compareSizes();
  await withLatency();
  await withRateLimit();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareSizes(): Promise<void> {
  const rows = [
    [
      "conversations",
      "ours/s",
      "parts/s",
      "SDK loop/s",
      "ours ÷ SDK",
      "fake alone/s",
      "requests each",
      "again: requests",
      "peak MB",
    ],
  ];
  for (const size of sizes) {
    const fake = await startFakeProcess(["--conversations", String(size)]);
    try {
      // First, so that the fake is warm for both.
      const ceiling = await runToEnd("node", ["test/bench/ceiling.ts", fake.url, fake.token]);
      const ours = await sync(fake, `sizes-${size}`);
      const again = await sync(fake, `sizes-${size}`);
      const count = ours.streams["conversations"]?.rows ?? 0;
      const sdk =
        size > sdkConversationsMax
          ? undefined
          : await runToEnd("node", ["test/bench/sdk-loop.ts", fake.url, fake.token, join(folder, "sdk.ndjson")]);
      const perSecond = count / ours.seconds;
      rows.push([
        String(count),
        perSecond.toFixed(0),
        ((ours.streams["conversation_parts"]?.rows ?? 0) / ours.seconds).toFixed(0),
        sdk === undefined ? "-" : (count / sdk.seconds).toFixed(0),
        sdk === undefined ? "-" : (perSecond / (count / sdk.seconds)).toFixed(1),
        (count / ceiling.seconds).toFixed(0),
        (ours.requests / count).toFixed(3),
        String(again.requests),
        (ours.peak_memory_bytes / 1e6).toFixed(0),
      ]);
    } finally {
      await fake.stop();
    }
  }
  print("No rate limit, no latency (all streams, to committed DuckDB rows)", rows);
}

async function withLatency(): Promise<void> {
  const fake = await startFakeProcess(["--conversations", "3000", "--latency-ms", "100"]);
  try {
    const ours = await sync(fake, "latency");
    const count = ours.streams["conversations"]?.rows ?? 0;
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
        String(ours.streams["conversations"]?.rows ?? 0),
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

async function sync(
  fake: Pick<FakeProcess, "url" | "token">,
  name: string,
): Promise<LoaderSummary & { readonly seconds: number }> {
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    INTERCOM_REGION: "",
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: join(folder, `${name}.duckdb`),
    STATE_DIR: folder,
  };
  const { output, seconds } = await runToEnd("sh", ["-c", `${loaderCommand} sync --json`], environment);
  return { ...(JSON.parse(output) as LoaderSummary), seconds };
}

function print(title: string, rows: readonly (readonly string[])[]): void {
  process.stdout.write(`\n${title}\n${aligned(rows)}\n`);
}
