import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "../../loader/load/disk.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";

test("a folder is made with the folders above it, and may exist already", (context) => {
  const path = join(temporaryFolder(context), "a", "b", "c");
  makeFolder(path);
  makeFolder(path);
  assert.ok(existsSync(path));
});

test("a file in the way is an error, for the folder itself and for one above it", (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "file"), "");
  assert.throws(() => makeFolder(join(folder, "file")), { code: "EEXIST" });
  assert.throws(() => makeFolder(join(folder, "file", "a", "b")), { code: "ENOTDIR" });
});

test("a folder below one that takes none is an error at once", {
  skip: existsSync("/proc/self") ? false : "this system has no /proc",
}, () => {
  // In a process of its own: where the call never returns, the process is ended.
  const script = `
    import { makeFolder } from "./loader/load/disk.ts";
    try { makeFolder("/proc/no-such-folder/data"); } catch (error) { console.log(error.code); }`;
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: repository,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(child.stdout, "ENOENT\n");
});
