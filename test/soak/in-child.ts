// Loaded before a command of the loader (`node --import`): the machine's clock is the desk's, waits are short, and what the process
// took is noted when it ends.
import { appendFileSync, readdirSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

/** A wait between two tries takes no longer. */
const waitMsMax = 20;
const openFiles = "/proc/self/fd";

const aheadMs = Number(process.env["SOAK_CLOCK_AHEAD_MS"]);
const now = Date.now;
Date.now = () => Math.floor(now() + aheadMs);

const sleep = timers.setTimeout;
timers.setTimeout = (milliseconds, value, options) => sleep(Math.min(milliseconds ?? 0, waitMsMax), value, options);
syncBuiltinESMExports();

process.on("exit", () => {
  const { maxRSS } = process.resourceUsage();
  const files = readdirSync(openFiles).length;
  appendFileSync(String(process.env["SOAK_USAGE_FILE"]), `${JSON.stringify({ megabytes: maxRSS / 1024, files })}\n`);
});
