import assert from "node:assert/strict";
import { cpSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { Workshop } from "../../fault/workshop.ts";
import { readDuckDb, withDuckDb } from "../../tools/duckdb-file.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { killedAtLine } from "../../tools/killed-at-line.ts";
import { newWarehouse, rawDifferences, rawSchema, replayInto } from "./replayed.ts";

let workshop: Workshop;
let pristine = "";

before(async () => {
  workshop = await Workshop.open({ conversations: 30, accounts: 6, lonelyCompanies: 4, seed: 5 });
  pristine = join(workshop.folder, "archive");
  assert.equal((await workshop.run({ archive: pristine })).exitCode, 0);
  workshop.fake.advance(60);
  for (const id of [...workshop.fake.world.conversationIds()].slice(3, 7))
    workshop.fake.world.change.customerReplies(id, "One more thing");
  workshop.fake.advance(60);
  assert.equal((await workshop.run({ archive: pristine })).exitCode, 0);
});
after(() => workshop.close());

/** A copy of the archive, to spoil. */
function copyOf(context: TestContext): string {
  const archive = join(temporaryFolder(context), "archive");
  cpSync(pristine, archive, { recursive: true });
  return archive;
}

/** The second file of a table, so that earlier loads are sound. */
function fileOf(archive: string, table: string, number = 1): string {
  return globSync(join(archive, table, "*/*.ndjson.gz")).sort()[number] ?? "";
}

function rewrite(path: string, change: (lines: string[]) => readonly string[]): void {
  const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split("\n");
  writeFileSync(
    path,
    gzipSync(
      change(lines)
        .map((line) => `${line}\n`)
        .join(""),
    ),
  );
}

const withMember = (line: string, member: string): string => `{${member},${line.slice(1)}`;

/** How an archive is spoilt, which file the message names, what it says, and the exit code. */
const damages: readonly {
  readonly name: string;
  readonly spoil: (archive: string) => string;
  readonly message: RegExp;
  readonly exitCode: number;
}[] = [
  {
    name: "a file that is cut off",
    spoil: (archive) => {
      const path = fileOf(archive, "conversation_parts");
      writeFileSync(path, readFileSync(path).subarray(0, -20));
      return path;
    },
    message: /can't be read \(.+\).*Restore the file from a copy of the archive, and run again/,
    exitCode: 5,
  },
  {
    name: "a file with other bytes",
    spoil: (archive) => {
      const path = fileOf(archive, "conversation_parts");
      const bytes = readFileSync(path);
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
      writeFileSync(path, bytes);
      return path;
    },
    message: /can't be read|no JSON object/,
    exitCode: 5,
  },
  {
    name: "a file that is missing",
    spoil: (archive) => {
      const path = fileOf(archive, "conversations");
      rmSync(path);
      return path;
    },
    message: /is missing/,
    exitCode: 5,
  },
  {
    name: "a line that is no JSON",
    spoil: (archive) => {
      const path = fileOf(archive, "conversations");
      rewrite(path, ([first = "", ...rest]) => [first, `${rest[0]?.slice(0, -5)}`, ...rest.slice(1)]);
      return path;
    },
    message: /has a line 2 that is no JSON object/,
    exitCode: 5,
  },
  {
    name: "a count below nothing",
    spoil: (archive) => {
      const path = fileOf(archive, "_loads");
      rewrite(path, (lines) => lines.map((line) => line.replace(/"rejected_count":\d+/, '"rejected_count":-5')));
      return path;
    },
    message: /has a wrong row \(rejected_count /,
    exitCode: 5,
  },
  {
    name: "a missing line",
    spoil: (archive) => {
      const path = fileOf(archive, "conversations");
      rewrite(path, (lines) => lines.slice(1));
      return path;
    },
    message: /has \d+ rows? instead of \d+/,
    exitCode: 5,
  },
  {
    name: "a line twice",
    spoil: (archive) => {
      const path = fileOf(archive, "conversations");
      rewrite(path, (lines) => [...lines, lines[0] ?? ""]);
      return path;
    },
    message: /has \d+ rows? instead of \d+/,
    exitCode: 5,
  },
  {
    name: "rows of another load",
    spoil: (archive) => {
      const path = fileOf(archive, "conversations");
      cpSync(fileOf(archive, "conversations", 0), path);
      return path;
    },
    message: /has a row of another load/,
    exitCode: 5,
  },
  {
    name: "a file of `_loads` about another load",
    spoil: (archive) => {
      const path = fileOf(archive, "_loads");
      cpSync(fileOf(archive, "_loads", 0), path);
      return path;
    },
    message: /is about another load/,
    exitCode: 5,
  },
  {
    name: "fewer rows in `_loads` than in its files",
    spoil: (archive) => {
      const path = fileOf(archive, "_loads", 0);
      rewrite(path, (lines) => lines.map((line) => line.replace(/"row_count":\d+/, '"row_count":1')));
      return path;
    },
    message: /counts 1 row of \w+, and lists files with \d+/,
    exitCode: 5,
  },
  {
    name: "a time in `_loads` that is none",
    spoil: (archive) => {
      const path = fileOf(archive, "_loads", 0);
      rewrite(path, (lines) => lines.map((line) => line.replace(/"_loaded_at":"[^"]*"/, '"_loaded_at":"soon"')));
      return path;
    },
    message: /has a wrong row \(_loaded_at/,
    exitCode: 5,
  },
  {
    name: "a path in `_loads` that leads out of the archive",
    spoil: (archive) => {
      const path = fileOf(archive, "_loads", 0);
      rewrite(path, (lines) => lines.map((line) => line.replaceAll(/"name":"/g, '"name":"../../')));
      return path;
    },
    message: /has a wrong row \(_files/,
    exitCode: 5,
  },
  {
    name: "a stream of a newer version",
    spoil: (archive) => {
      const path = fileOf(archive, "_loads", 0);
      rewrite(path, (lines) => lines.map((line) => line.replace(/"stream":"\w+"/, '"stream":"voices"')));
      return path;
    },
    message: /has the stream voices, which this version does not know.*Update this project/,
    exitCode: 2,
  },
  {
    name: "a column of a newer version",
    spoil: (archive) => {
      const path = fileOf(archive, "conversations");
      rewrite(path, ([first = "", ...rest]) => [withMember(first, '"mood":"fine"'), ...rest]);
      return path;
    },
    message: /has the column mood of conversations, which this version does not know/,
    exitCode: 2,
  },
];

for (const { name, spoil, message, exitCode } of damages) {
  test(`${name} ends a replay with ${exitCode}, and nothing of its load is stored`, async (context) => {
    const archive = copyOf(context);
    const path = spoil(archive);
    const warehouse = newWarehouse();
    const ended = await replayInto(warehouse, archive);
    const [sentence = ""] = ended.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
    assert.equal(ended.exitCode, exitCode, ended.stderr);
    assert.match(sentence, message);
    assert.ok(sentence.includes(basename(path)), sentence);
    // The file is restored: the replay goes on.
    cpSync(join(pristine, path.slice(archive.length)), path);
    const again = await replayInto(warehouse, archive);
    assert.equal(again.exitCode, 0, again.stderr);
    assert.deepEqual(await rawDifferences(warehouse, workshop.duckdbPath), []);
  });
}

test("a file of an older version lacks columns, which are null then", async (context) => {
  const archive = copyOf(context);
  for (const path of globSync(join(archive, "conversations/*/*.ndjson.gz")))
    rewrite(path, (lines) => lines.map((line) => line.replace(/"state":"\w+",/, "")));
  for (const path of globSync(join(archive, "_loads/*/*.ndjson.gz")))
    rewrite(path, (lines) => lines.map((line) => line.replace(/"unseen_count":(\d+|null),/, "")));
  const warehouse = newWarehouse();
  const ended = await replayInto(warehouse, archive);
  assert.equal(ended.exitCode, 0, ended.stderr);
  const counted = await readDuckDb(warehouse, (connection) =>
    connection.runAndReadAll(`select count(*)::integer, count(state)::integer from ${rawSchema}.conversations`),
  );
  const [row = []] = counted.getRows();
  assert.deepEqual([Number(row[0]) > 20, row[1]], [true, 0]);
});

test("a load without its file in `_loads` is left out, and named", async (context) => {
  const archive = copyOf(context);
  const gone = fileOf(archive, "_loads", 0);
  rmSync(gone);
  const ended = await replayInto(newWarehouse(), archive);
  assert.equal(ended.exitCode, 0, ended.stderr);
  assert.deepEqual(JSON.parse(ended.stdout).unlisted, [basename(gone).replace(".ndjson.gz", "")]);
});

test("a warehouse with loads that the archive lacks is refused with 2, and stays as it is", async (context) => {
  const archive = copyOf(context);
  const gone = fileOf(archive, "_loads", 2);
  renameSync(gone, join(dirname(archive), basename(gone)));
  const warehouse = newWarehouse();
  cpSync(workshop.duckdbPath, warehouse);
  const ended = await replayInto(warehouse, archive);
  assert.equal(ended.exitCode, 2);
  assert.match(
    ended.stderr,
    /The warehouse has loads of workspace \w+ that .* lacks, such as [\w-]+: .*sync --archive/,
  );
  assert.deepEqual(await rawDifferences(warehouse, workshop.duckdbPath), []);
});

test("a replay that is killed goes on where it was", async () => {
  const warehouse = newWarehouse();
  const killed = await replayInto(warehouse, pristine, killedAtLine("load_replayed"));
  assert.equal(killed.exitCode, null);
  const ended = await replayInto(warehouse, pristine);
  assert.equal(ended.exitCode, 0, ended.stderr);
  assert.ok(JSON.parse(ended.stdout).skipped > 0);
  assert.deepEqual(await rawDifferences(warehouse, workshop.duckdbPath), []);
});

test("a replay into a warehouse that another process holds ends with 2", async () => {
  const warehouse = newWarehouse();
  await withDuckDb(warehouse, async () => {
    const ended = await replayInto(warehouse, pristine);
    assert.equal(ended.exitCode, 2);
    assert.match(ended.stderr, /is held by/);
  });
});
