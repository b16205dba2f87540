import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { repository } from "./tools/repository.ts";

const megabyte = 2 ** 20;

test("a process's peak is its own, however much memory the process has that started it", () => {
  const ofParent = Buffer.alloc(500 * megabyte, 1);
  const module = join(repository, "loader/peak-memory.ts");
  const script = `import { peakMemoryBytes } from ${JSON.stringify(module)}; const own = Buffer.alloc(150 * ${megabyte}, 1); console.log(peakMemoryBytes(), own.length)`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  const peak = Number(printed.split(" ")[0]) / megabyte;
  assert.ok(peak > 150 && peak < 400, `${peak} MB beside ${ofParent.length / megabyte} MB`);
});
