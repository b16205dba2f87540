// Whatever a customer or a server writes: a terminal and a log of CI show it, and obey nothing of it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { type ExportFormat, writeRows } from "../../loader/export/export.ts";
import { type NormalizedRow, normalizedColumns } from "../../loader/normalized-row.ts";
import { printable } from "../../loader/terminal.ts";
import { setUpWarehouse } from "../activate/setting.ts";
import { ticket } from "../activate/tickets.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { loader } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { holds, hostileText } from "./cases.ts";

/** First and last code points of what a terminal does more with than show it. Line ends and tabs are ours. */
const obeyed: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xe0000, 0xe007f],
];
const obeyedByCi = /^[^\S\n]*::|##\w*\[/m;

function assertPrintable(text: string): void {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const found = codes.filter((code) => obeyed.some(([first, last]) => code >= first && code <= last));
  assert.deepEqual(found, [], JSON.stringify(text));
  assert.doesNotMatch(text, obeyedByCi, JSON.stringify(text));
}

/** Clears the screen, renames the window, fills the clipboard, hides a link, turns the line around, and gives CI a command. */
const attack =
  "\u001b[2J\u001b]0;x\u0007\u001b]52;c;QQ==\u0007\u001b]8;;http://x\u001b\\\u009b31m\r\u202e##[stop-commands]x\n::error::x";

test("a printed text has nothing that a terminal or CI obeys", () => {
  assertPrintable(printable(attack));
  assertPrintable(printable("\u2060\u2064\u2065\u2066\u206f"));
  holds(hostileText, (text) => assertPrintable(printable(text)));
});

test("printed JSON is the same JSON", () => {
  holds(fc.dictionary(hostileText, fc.oneof(hostileText, fc.array(hostileText))), (value) => {
    const text = printable(JSON.stringify(value));
    assertPrintable(text);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
  });
});

test("a usual text is printed as it is, in any script, with its emoji, tabs and line ends", () => {
  for (const text of ["a\tb\nc", "Ünïcode 日本 שלום العربية", "👩‍👩‍👧 🔥", "می‌خواهم", "a::b", "# [1] ## [2]", "{}"])
    assert.equal(printable(text), text);
});

test("the time of printing grows with the text and with nothing else", () => {
  for (const text of [
    " ".repeat(200_000),
    ":".repeat(200_000),
    "#".repeat(200_000),
    "##a".repeat(100_000),
    ": ".repeat(100_000),
  ]) {
    const startMs = performance.now();
    printable(text);
    assert.ok(performance.now() - startMs < 1000, text.slice(0, 4));
  }
});

test("commands print through one function: standard output is written nowhere else, except by export and purge", () => {
  const files = globSync("loader/**/*.ts", { cwd: repository }).filter((path) =>
    /process\.std(?:out|err)\.write|console\.\w+\(/.test(readFileSync(join(repository, path), "utf8")),
  );
  assert.deepEqual(files.toSorted(), [
    "loader/commands/log.ts",
    "loader/commands/print.ts",
    "loader/commands/purge.ts",
  ]);
});

const row = (text: string): NormalizedRow => ({
  conversation_id: "1",
  contact_id: null,
  contact_email: text,
  company_id: null,
  created_at: "2026-01-05T09:00:00Z",
  closed_at: null,
  state: "open",
  tags: [text],
  rating: 5,
  rating_remark: text,
  message_count: 2,
  time_to_first_reply_seconds: 60,
  time_to_resolution_seconds: null,
  first_message_body: text,
});

async function exported(format: ExportFormat, text: string, isTTY: boolean): Promise<string> {
  let written = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const rows = (async function* () {
    yield row(text);
  })();
  await writeRows(rows, format, Object.assign(output, { isTTY }));
  return written;
}

test("an export to a terminal has nothing that it obeys; a file gets each text as it is", async () => {
  for (const isTTY of [true, false]) {
    const ndjson = await exported("ndjson", attack, isTTY);
    assertPrintable(ndjson);
    assert.deepEqual(JSON.parse(ndjson), row(attack));
  }
  const [head = "", ...lines] = (await exported("csv", attack, true)).split("\n");
  assert.equal(head.trimEnd(), normalizedColumns.join(","));
  assertPrintable(lines.join("\n"));
  assert.ok((await exported("csv", attack, false)).includes(attack.replaceAll('"', '""')));
});

test("a dry run prints tickets of hostile customers, and the terminal stays as it is", async (context) => {
  const hostile = { first_message_body: attack, contact_email: attack, company_name: attack, tags: [attack] };
  const { path, folder } = await setUpWarehouse(context, [ticket(0, hostile)]);
  const environment = { DUCKDB_PATH: path, STATE_DIR: join(folder, "state"), POSTHOG_API_KEY: "phc_made_up" };
  for (const flags of [[], ["--json"]]) {
    const { exitCode, stdout, stderr } = await loader(["activate", "posthog", "--dry-run", ...flags], environment);
    assert.equal(exitCode, 0, stderr);
    assertPrintable(stdout);
    assert.ok(stdout.includes(JSON.stringify(attack.slice(0, 4)).slice(1, -1)), stdout);
  }
});

test("an answer's own words are told on one line, with nothing in it that is obeyed, also in the log and in the status", async (context) => {
  const fake = await startedFor(context, { conversations: 20 });
  const folder = temporaryFolder(context);
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: join(folder, "state"),
  };
  const body = { type: "error.list", errors: [{ code: attack, message: attack }] };
  fake.faults.add({
    kind: "status",
    code: 403,
    body,
    headers: { "x-request-id": "\u009b31m" },
    route: "GET /contacts",
  });
  fake.faults.add({ kind: "status", code: 503, body, route: "GET /admins", times: 2 });
  for (const command of ["sync", "status"]) {
    for (const flags of [[], ["--json"]]) {
      const { stdout, stderr } = await loader([command, ...flags], environment);
      assertPrintable(stdout);
      assertPrintable(stderr);
      if (command === "sync") assert.match(stdout, /\\u001b\[2J/);
      for (const line of stderr.split("\n")) assert.match(line, /^($|\{|loader: )/);
    }
  }
});

test("what dbt prints, such as the rows of `make query`, has nothing that is obeyed, and keeps dbt's colours", (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "dbt", "cli"), { recursive: true });
  const standIn = [
    "import json, os, sys",
    "def cli(prog_name):",
    "    for stream in (sys.stdout, sys.stderr):",
    "        stream.write('\\x1b[32mOK\\x1b[0m\\n' + json.loads(os.environ['ATTACK']) + '\\n')",
  ];
  for (const path of ["__init__.py", "cli/__init__.py"]) writeFileSync(join(folder, "dbt", path), "");
  writeFileSync(join(folder, "dbt", "cli", "main.py"), standIn.join("\n"));
  const { status, stdout, stderr } = spawnSync(join(repository, ".venv/bin/python"), ["run_dbt.py"], {
    cwd: repository,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], PYTHONPATH: folder, PYTHONUTF8: "1", ATTACK: JSON.stringify(`é😀 ${attack}`) },
  });
  assert.equal(status, 0, stderr);
  for (const text of [stdout, stderr]) {
    assert.ok(text.startsWith("\u001b[32mOK\u001b[0m\né😀 \\u001b[2J"), JSON.stringify(text));
    assertPrintable(text.replace("\u001b[32mOK\u001b[0m", ""));
  }
});
