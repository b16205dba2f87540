// A fake Intercom to play with: `node test/fake/main.ts --conversations 2000 --tickets 500 --whole`. Prints one line of
// JSON when it is ready and serves until it is told to stop (SIGTERM, SIGINT).
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ADVANCE_SECONDS_MAX } from "./desk/arrivals.ts";
import type { AccountRow } from "./desk/events.ts";
import { GeneratedWorld } from "./desk/generated-world.ts";
import { startFakeIntercom } from "./intercom/server.ts";

const USAGE_EXIT_CODE = 2;
const COLUMNS = [
  "account_id",
  "company_id",
  "started_on",
  "churned_on",
  "plan",
  "mrr",
] as const satisfies (keyof AccountRow)[];

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  const world = new GeneratedWorld({
    seed: flags.seed,
    conversations: flags.conversations,
    tickets: flags.tickets,
    isWhole: flags.isWhole,
    keptBytesMax: flags.keepMegabytes * 1e6,
  });
  world.advance(flags.advance);
  if (flags.accountsCsv !== undefined) writeAccounts(flags.accountsCsv, world.accounts());
  const fake = await startFakeIntercom({
    world,
    port: flags.port,
    latencyMs: flags.latencyMs,
    escapesHtml: flags.escapesHtml,
    compresses: flags.compresses,
    rateLimit: flags.ratePerMinute === undefined ? null : { perMinute: flags.ratePerMinute },
  }).catch((error: unknown) => {
    throw codeOf(error) === "EADDRINUSE"
      ? new UsageError(`port ${flags.port} is in use: choose another --port, or 0 for any`)
      : error;
  });
  const stop = (): void => {
    fake.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  process.stdout.write(`${JSON.stringify({ url: fake.url, token: fake.token, pid: process.pid })}\n`);
}

function readFlags(args: readonly string[]) {
  const { values } = parsed(args);
  return {
    port: wholeNumber("port", values.port, 0, 65535),
    conversations: wholeNumber("conversations", values.conversations, 1, 1_900_000),
    isWhole: values.whole,
    tickets: wholeNumber("tickets", values.tickets, 0, 1_900_000),
    seed: wholeNumber("seed", values.seed, 0, 2 ** 31 - 1),
    latencyMs: wholeNumber("latency-ms", values["latency-ms"], 0, 600_000),
    ratePerMinute:
      values["rate-per-minute"] === undefined
        ? undefined
        : wholeNumber("rate-per-minute", values["rate-per-minute"], 1, 1_000_000),
    advance: wholeNumber("advance", values.advance, 0, ADVANCE_SECONDS_MAX),
    accountsCsv: values["accounts-csv"],
    escapesHtml: values["escape-html"],
    compresses: values.gzip,
    keepMegabytes: wholeNumber("keep-megabytes", values["keep-megabytes"], 0, 100_000),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "0" },
        conversations: { type: "string", default: "2000" },
        tickets: { type: "string", default: "0" },
        whole: { type: "boolean", default: false },
        seed: { type: "string", default: "1" },
        "latency-ms": { type: "string", default: "0" },
        "rate-per-minute": { type: "string" },
        advance: { type: "string", default: "0" },
        "accounts-csv": { type: "string" },
        "keep-megabytes": { type: "string", default: "128" },
        "escape-html": { type: "boolean", default: false },
        gzip: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max))
    throw new UsageError(`--${flag} must be a whole number from ${min} to ${max}, not ${text}`);
  return number;
}

function writeAccounts(path: string, rows: readonly AccountRow[]): void {
  const lines = [COLUMNS.join(","), ...rows.map((row) => COLUMNS.map((column) => row[column] ?? "").join(","))];
  try {
    writeFileSync(path, `${lines.join("\n")}\n`);
  } catch (error) {
    throw new UsageError(`the accounts can't be written to ${path}: ${codeOf(error)}`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof UsageError ? error.message.split("\n")[0] : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(error instanceof UsageError ? USAGE_EXIT_CODE : 1);
});
