import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../loader/errors.ts";
import { repository } from "../tools/repository.ts";

const loader = globSync("loader/**/*.ts", { cwd: repository })
  .map((file) => readFileSync(join(repository, file), "utf8"))
  .join("\n")
  .replaceAll(/\\([`"])/g, "$1");

/** The tables of the runbook whose first column is `message`, as that column's cells. */
function messageCells(): string[] {
  const tables = readFileSync(join(repository, "docs/runbook.md"), "utf8").matchAll(
    /^\| message \|.*\n.*\n((?:\|.*\n)+)/gm,
  );
  return [...tables].flatMap(([, rows = ""]) => rows.split("\n").map((row) => row.split(" | ")[0] ?? ""));
}

/** A message's words between what a run fills in: `…` stands for a value, and so does a number. */
function piecesOf(message: string): string[] {
  return message
    .split(/…|\d+/)
    .map((piece) => piece.trim())
    .filter((piece) => /\w{2}/.test(piece));
}

test("every message that the runbook explains is one that the loader can print", () => {
  const messages = messageCells().flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""));
  assert.ok(messages.length > 50, "the runbook has tables of messages");
  const gone = messages.filter((message) => !piecesOf(message).every((piece) => loader.includes(piece)));
  assert.deepEqual(gone, []);
});

test("the runbook has a section of each exit code that says something is wrong", () => {
  const headings = readFileSync(join(repository, "docs/runbook.md"), "utf8").match(/^## \d+: /gm) ?? [];
  const wrong = Object.values(exitCodes).filter((code) => code !== exitCodes.done);
  assert.deepEqual(
    headings,
    wrong.map((code) => `## ${code}: `),
  );
});
