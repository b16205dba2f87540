import assert from "node:assert/strict";
import { chmodSync, cpSync, globSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { streamNames } from "../../../loader/extract/streams.ts";
import { ChildRun } from "../../fault/child-run.ts";
import { Workshop } from "../../fault/workshop.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { loader } from "../../tools/loader-process.ts";
import { smallDisk } from "../../tools/small-disk.ts";
import { faultsOfReplay, newWarehouse, replayInto } from "./replayed.ts";

const workspace = { conversations: 300, accounts: 30, lonelyCompanies: 110, seed: 5 };
const isRoot = process.getuid?.() === 0;

/** One sentence of the loader's own, and no more. */
function assertOneSentence(words: readonly string[]): void {
  assert.equal(words.length, 1, words.join("\n"));
  assert.match(words[0] ?? "", /^loader: (?!unexpected).+\.$/);
}

test("an archive that is a file ends a sync with 2, before anything is requested", async (context) => {
  const workshop = await Workshop.open({ ...workspace, conversations: 5 });
  context.after(() => workshop.close());
  const path = join(workshop.folder, "archive");
  writeFileSync(path, "");
  const run = await new ChildRun({ environment: workshop.environment, flags: ["--archive", path] }).ended;
  assert.equal(run.exitCode, 2);
  assert.match(run.words.join("\n"), /--archive needs a folder, and .* is a file/);
  assert.equal(workshop.fake.requests.total, 0);
});

for (const [name, make] of [
  [
    "below a file",
    (folder: string) => {
      writeFileSync(join(folder, "file"), "");
      return join(folder, "file", "archive");
    },
  ],
  ["on a disk that takes no folders", () => "/proc/archive"],
  ...(isRoot
    ? []
    : [
        [
          "that may not be written",
          (folder: string) => {
            const path = join(folder, "closed");
            mkdirSync(path);
            chmodSync(path, 0o500);
            return path;
          },
        ] as const,
      ]),
] as const) {
  test(`an archive ${name} ends a sync with 5, before anything is requested`, async (context) => {
    const workshop = await Workshop.open({ ...workspace, conversations: 5 });
    context.after(() => workshop.close());
    const path = make(workshop.folder);
    const run = await new ChildRun({ environment: workshop.environment, flags: ["--archive", path] }).ended;
    assert.equal(run.exitCode, 5);
    assertOneSentence(run.words);
    assert.match(run.words.join("\n"), /--archive/);
    assert.equal(workshop.fake.requests.total, 0);
  });
}

for (const kilobytes of [40, 200]) {
  test(`an archive on a disk of ${kilobytes} kB that is full ends the run with 5, and the next one has everything`, async (context) => {
    const disk = smallDisk(context, kilobytes);
    if (disk === undefined) return;
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const run = await new ChildRun({ environment: workshop.environment, flags: ["--archive", disk] }).ended;
    assert.equal(run.exitCode, 5, run.words.join("\n"));
    assertOneSentence(run.words);
    assert.match(run.words.join("\n"), /the disk of the archive is full/);
    const archive = join(workshop.folder, "archive");
    cpSync(disk, archive, { recursive: true });
    assert.equal((await workshop.run({ archive })).exitCode, 0);
    assert.deepEqual(await workshop.faults(), []);
    assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
    assert.deepEqual(globSync(join(archive, "_pending/*/*")), []);
  });
}

test("files of an archive stay far below what BigQuery reads, and an unchanged workspace adds few", async (context) => {
  const workshop = await Workshop.open({ ...workspace, conversations: 20 });
  context.after(() => workshop.close());
  const archive = join(workshop.folder, "archive");
  await workshop.run({ archive });
  const before = globSync(join(archive, "*/*/*.ndjson.gz"));
  for (const path of before) assert.ok(statSync(path).size < 2 ** 20);
  const { archivedFiles } = await workshop.run({ archive });
  const after = globSync(join(archive, "*/*/*.ndjson.gz"));
  assert.equal(after.length - before.length, archivedFiles);
  // A stream without changes has a load without rows: one file.
  assert.ok(Number(archivedFiles) <= streamNames.length, `${archivedFiles} files`);
});

for (const [name, make, message] of [
  ["that is not there", () => undefined, /does not exist: name the folder of `sync --archive`/],
  ["that is a file", (path: string) => writeFileSync(path, ""), /is a file: name the folder/],
  ["without loads", (path: string) => mkdirSync(path), /holds no archive/],
] as const) {
  test(`a folder ${name} ends a replay with 2, and no warehouse is made`, async (context) => {
    const path = join(temporaryFolder(context), "archive");
    make(path);
    const warehouse = newWarehouse();
    const ended = await replayInto(warehouse, path);
    assert.equal(ended.exitCode, 2);
    assert.match(ended.stderr, message);
    assert.deepEqual(globSync(`${warehouse}*`), []);
  });
}

test("an empty name of an archive is said, by a replay and by a purge", async () => {
  for (const command of [
    ["replay", ""],
    ["purge", "--archive", ""],
  ]) {
    const { exitCode, stderr } = await loader(command, { DUCKDB_PATH: newWarehouse() });
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /The archive's name is empty/);
  }
});
