import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../loader/errors.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

/** What becomes of a process that gets signals, one after the other, and says which one its work was interrupted by. */
function after(...signals: readonly NodeJS.Signals[]): Promise<Ended> {
  const script = `
    import { interruptSignal } from ${JSON.stringify(join(repository, "loader/commands/interrupt.ts"))};
    const signal = interruptSignal();
    // Handlers of signals alone keep no process.
    setInterval(() => undefined, 1000);
    for (const name of ${JSON.stringify(signals)}) {
      const got = new Promise((resolve) => process.once(name, resolve));
      process.kill(process.pid, name);
      await got;
    }
    console.log(signal.reason.message);
    process.exit(0);`;
  return ended(
    spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["ignore", "pipe", "pipe"] }),
  );
}

test("a closed terminal interrupts once, however many of its signals come", async () => {
  const { exitCode, stdout, stderr } = await after("SIGHUP", "SIGHUP", "SIGHUP");
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^Interrupted by SIGHUP: /);
});

test("a second SIGINT or SIGTERM ends the process at once, also after a closed terminal", async () => {
  for (const signals of [
    ["SIGINT", "SIGINT"],
    ["SIGTERM", "SIGINT"],
    ["SIGHUP", "SIGTERM"],
  ] as const) {
    const { exitCode, stdout } = await after(...signals);
    assert.deepEqual([exitCode, stdout], [exitCodes.interrupted, ""], signals.join());
  }
});
