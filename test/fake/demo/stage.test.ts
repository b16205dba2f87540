import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { run, Stage } from "./stage.ts";

/** A terminal, or a file, that keeps what is written to it. */
function output(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY });
  return { stream, text: () => String(stream.read() ?? "") };
}

test("a stage is one line in a file, without what was on the way", () => {
  const { stream, text } = output(false);
  const stage = new Stage("1/3  Sync", stream);
  stage.progress("1 of 2");
  stage.done("2 conversations");
  assert.equal(text(), "1/3  Sync: 2 conversations\n");
});

test("on a terminal the line shows how far the stage is, and its result in the end", () => {
  const { stream, text } = output(true);
  const stage = new Stage("2/3  Build", stream);
  stage.progress("1 of 2");
  stage.done("2 models");
  assert.equal(text(), "2/3  Build: \r\u001b[K2/3  Build: 1 of 2\r\u001b[K2/3  Build: 2 models\n");
});

test("a failed stage shows all that its command wrote", () => {
  const { stream, text } = output(false);
  const errors = output(false);
  new Stage("2/3  Build", stream, errors.stream).failed({ exitCode: 3, stdout: "a\n", output: "a\nwhy\n" });
  assert.equal(text(), "2/3  Build: failed with exit code 3\n");
  assert.equal(errors.text(), "a\nwhy\n");
});

test("a command's output is kept and told while it comes, and its exit code is returned", async () => {
  const told: string[] = [];
  const script = "console.log('out'); console.error('why'); process.exitCode = 6";
  const ended = await run(process.execPath, ["-e", script], process.env, (text) => told.push(text));
  assert.deepEqual([ended.exitCode, ended.stdout], [6, "out\n"]);
  assert.deepEqual([ended.output.length, told.join("")], ["out\nwhy\n".length, ended.output]);
});
