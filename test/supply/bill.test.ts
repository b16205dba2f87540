import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { temporaryFolder } from "../tools/folder.ts";
import { ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { type Locked, npmLocked, pythonLocked, pythonLockFiles } from "./lock-files.ts";

const bill = z.object({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(
    z.object({ group: z.string().optional(), name: z.string(), version: z.string(), purl: z.string() }),
  ),
});

const sorted = (packages: readonly Locked[]): readonly string[] =>
  [...new Set(packages.map(({ name, version }) => `${name} ${version}`))].sort();

test("the bills of materials list every package of every lock file, with its version", async (context) => {
  const folder = temporaryFolder(context);
  const args = ["test/supply/bill.ts", "--folder", folder];
  const { exitCode, stderr } = await ended(
    spawn(process.execPath, args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] }),
  );
  assert.equal(exitCode, 0, stderr);
  const listed = (name: string): readonly Locked[] =>
    bill
      .parse(JSON.parse(readFileSync(join(folder, `${name}.cdx.json`), "utf8")))
      .components.map(({ group, name, version }) => ({
        name: group === undefined ? name : `${group}/${name}`,
        version,
      }));
  assert.equal(readdirSync(folder).length, pythonLockFiles.length + 1);
  assert.ok(npmLocked().length > 300);
  assert.deepEqual(sorted(listed("package-lock")), sorted(npmLocked()));
  assert.ok(pythonLockFiles.includes("requirements.lock") && pythonLocked("requirements.lock").length > 90);
  for (const file of pythonLockFiles)
    assert.deepEqual(sorted(listed(file.replaceAll("/", "-").replace(".lock", ""))), sorted(pythonLocked(file)), file);
});
