// Loaded before a command of the loader (`node --import`). The machine's clock is the desk's; a wait is soon over, and moves both
// clocks on. What the process took is noted when it ends.
import { appendFileSync, readdirSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { peakMemoryBytes } from "../../loader/peak-memory.ts";

/** What the process tells whoever started it. */
export type Skipped = { readonly skippedMs: number };

/** A wait takes no longer; the rest of it is skipped. */
const waitMsMax = 20;
const openFiles = "/proc/self/fd";

let aheadMs = Number(process.env["SOAK_CLOCK_AHEAD_MS"]);
const now = Date.now;
Date.now = () => Math.floor(now() + aheadMs);

const sleep = timers.setTimeout;
timers.setTimeout = async (milliseconds = 0, value, options) => {
  if (isTimeLimit()) return sleep(milliseconds, value, options);
  const wakeAtMs = Date.now() + milliseconds;
  const result = await sleep(Math.min(milliseconds, waitMsMax), value, options);
  // Sleepers at the same time sleep through the same time: it is skipped once.
  const skippedMs = Math.max(0, wakeAtMs - Date.now());
  aheadMs += skippedMs;
  if (skippedMs > 0) process.send?.({ skippedMs } satisfies Skipped);
  return result;
};
syncBuiltinESMExports();

/** Whether the sleeper limits the time that the row of `_runs` may take: that must not be over at once. */
function isTimeLimit(): boolean {
  return new Error().stack?.includes("loader/commands/recorded.ts") === true;
}

process.on("exit", () => {
  const files = readdirSync(openFiles).length;
  appendFileSync(
    String(process.env["SOAK_USAGE_FILE"]),
    `${JSON.stringify({ megabytes: peakMemoryBytes() / 2 ** 20, files })}\n`,
  );
});
