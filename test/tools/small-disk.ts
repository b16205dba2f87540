import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** Of the machine; where they are missing or refuse, a test says that it was skipped. */
const [mount, unmount] = ["mount", "umount"];

/** A disk of its own for a test, as a folder; undefined, and the test is skipped, where the machine lets nobody mount one. */
export function smallDisk(context: TestContext, kilobytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "intercom-disk-"));
  try {
    execFileSync(mount, ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmdirSync(folder);
    context.skip("this machine lets nobody mount a small disk");
    return undefined;
  }
  context.after(() => {
    // Lazily: a file of it may still be open when a test has failed.
    execFileSync(unmount, ["-l", folder]);
    rmdirSync(folder);
  });
  return folder;
}
