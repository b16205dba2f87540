// Messages say what is wrong with a file: it is damaged, has another format, can't be read, or is held, and by whom.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError, WarehouseError } from "../../../loader/errors.ts";
import { isHeld, isOutOfMemory, openError, runError, troubleOf } from "../../../loader/load/duckdb/errors.ts";
import { DuckDbSession } from "../../../loader/load/duckdb/session.ts";
import { readDuckDbStatus } from "../../../loader/load/duckdb/status.ts";
import { DuckDbWarehouse } from "../../../loader/load/duckdb/warehouse.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { repository } from "../../tools/repository.ts";

const rawDataset = "raw";

/** A warehouse with some rows. Its name has every word by which a message could be misread. */
async function setUp(context: TestContext): Promise<string> {
  const folder = join(temporaryFolder(context), "block lock out of memory No space left on device");
  mkdirSync(folder);
  const path = join(folder, "w.duckdb");
  const options = { path, rawDataset, stateDirectory: dirname(folder) };
  const warehouse = await DuckDbWarehouse.open(options);
  await warehouse.prepare();
  await warehouse.close();
  const session = await DuckDbSession.open(options);
  await session.run(
    "create table warehouse.raw.texts as select md5(cast(range as varchar)) as text from range(100000)",
  );
  await session.close();
  return path;
}

const stateOf = (path: string): string => dirname(dirname(path));

/** Opens the file to write and to read, expects the same sentence of both, and the file as it was. */
async function assertSays(path: string, pattern: RegExp): Promise<void> {
  const before = readFileSync(path);
  const options = { path, rawDataset, stateDirectory: stateOf(path) };
  for (const open of [() => DuckDbWarehouse.open(options), () => readDuckDbStatus(options)]) {
    await assert.rejects(open(), (error) => {
      assert.ok(error instanceof WarehouseError, String(error));
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /held by|\n/);
      assert.ok(error.message.includes(path));
      return true;
    });
    assert.ok(before.equals(readFileSync(path)), "nothing is changed");
  }
}

function overwrite(path: string, at: number, bytes: number): void {
  const content = readFileSync(path);
  const end = Math.min(at + bytes, content.length);
  content.fill(Buffer.from(content.subarray(at, end).map((byte) => byte ^ 0xff)), at, end);
  writeFileSync(path, content);
}

const damaged = /is damaged: .*Move it and .*\.wal away.*make sync/;

for (const [name, damage] of [
  ["flipped bytes in its first header", (path) => overwrite(path, 100, 16)],
  [
    // DuckDB writes the two headers in turn, and needs only the newer one.
    "flipped bytes in its second and third header",
    (path) => {
      overwrite(path, 4200, 16);
      overwrite(path, 8300, 16);
    },
  ],
  ["flipped bytes in its first block", (path) => overwrite(path, 12_400, 16)],
  ["a checksum of its header that is wrong", (path) => overwrite(path, 0, 4)],
  ["everything behind its headers cut off", (path) => truncateSync(path, 12_288)],
  ["nearly everything behind its headers cut off", (path) => truncateSync(path, 20_000)],
  [
    "zeros behind its headers, as after a crash of the machine",
    (path) => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 12_288), Buffer.alloc(500_000)])),
  ],
] satisfies [string, (path: string) => void][])
  test(`a file with ${name} is said to be damaged, and by nobody to be held`, async (context) => {
    const path = await setUp(context);
    damage(path);
    await assertSays(path, damaged);
  });

test("a file that is cut off within its rows is said to be damaged when the rows are read", async (context) => {
  const path = await setUp(context);
  const options = { path, rawDataset, stateDirectory: stateOf(path) };
  truncateSync(path, Math.floor(statSync(path).size / 2));
  await assert.rejects(
    async () => {
      const session = await DuckDbSession.openToRead(options);
      try {
        await session.rows("select max(text) from warehouse.raw.texts");
      } finally {
        await session.close();
      }
    },
    (error) => error instanceof WarehouseError && damaged.test(error.message),
  );
});

test("a log with garbage is said to be damaged, with the next step", async (context) => {
  const path = await setUp(context);
  const script = `
    import { DuckDBInstance } from "@duckdb/node-api";
    const instance = await DuckDBInstance.create(${JSON.stringify(path)}, { wal_autocheckpoint: "1TB" });
    const connection = await instance.connect();
    await connection.run("insert into raw.texts select 'late' from range(500)");
    process.kill(process.pid, "SIGKILL");`;
  spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: repository,
  });
  overwrite(`${path}.wal`, 40, 40);
  await assertSays(path, /^The log .*\.wal is damaged: .*Move that log away and run again/);
});

for (const [version, name] of [
  [38n, "an older"],
  [70n, "a newer"],
] as const)
  test(`a file in ${name} format is said to be of another version of DuckDB`, async (context) => {
    const path = await setUp(context);
    setFormat(path, version);
    await assertSays(path, /another version of DuckDB wrote it.*version number \d+.*Update this project/);
  });

/** Writes a format's number into the first header, with its checksum. */
function setFormat(path: string, version: bigint): void {
  const content = readFileSync(path);
  content.writeBigUInt64LE(version, 12);
  let checksum = 5381n;
  for (let at = 8; at < 4096; at += 8)
    checksum ^= BigInt.asUintN(64, content.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n);
  content.writeBigUInt64LE(checksum, 0);
  writeFileSync(path, content);
}

for (const [name, content] of [
  ["zeros", Buffer.alloc(50_000)],
  ["other words", Buffer.from("a page of notes ".repeat(3000))],
] as const)
  test(`a file of ${name} is left alone`, async (context) => {
    const path = await setUp(context);
    writeFileSync(path, content);
    const options = { path, rawDataset, stateDirectory: stateOf(path) };
    for (const open of [() => DuckDbWarehouse.open(options), () => readDuckDbStatus(options)])
      await assert.rejects(open(), (error) => error instanceof ConfigError && /not a DuckDB file/.test(error.message));
    assert.ok(readFileSync(path).equals(content));
  });

test("an unfinished file is made again, but not when it has a log beside it", async (context) => {
  const path = await setUp(context);
  const options = { path, rawDataset, stateDirectory: stateOf(path) };
  truncateSync(path, 5000);
  writeFileSync(`${path}.wal`, "rows of somebody");
  await assertSays(path, damaged);
  writeFileSync(`${path}.wal`, "");
  assert.deepEqual(await readDuckDbStatus(options), []);
  const warehouse = await DuckDbWarehouse.open(options);
  await warehouse.prepare();
  await warehouse.close();
});

/** Opens a file as the user nobody, in a process of its own. Returns its last sentence. */
function openAsNobody(path: string, how: "to write" | "to read"): string {
  const options = JSON.stringify({ path, rawDataset, stateDirectory: stateOf(path) });
  const status =
    how === "to read"
      ? `await readDuckDbStatus(${options})`
      : `await (await DuckDbWarehouse.open(${options})).status()`;
  const script = `
    import { readDuckDbStatus } from "./loader/load/duckdb/status.ts";
    import { DuckDbWarehouse } from "./loader/load/duckdb/warehouse.ts";
    console.log("opens with " + (${status}).length + " streams");`;
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: repository,
    encoding: "utf8",
    uid: 65_534,
    gid: 65_534,
  });
  return `${child.stdout}${/WarehouseError: (.*)/.exec(child.stderr)?.[1] ?? child.stderr}`;
}

test("a file that this user may only read opens to be read, and is refused to be written with the reason", {
  skip: process.getuid?.() === 0 ? false : "only root can be somebody else",
}, async (context) => {
  const path = await setUp(context);
  for (const folder of [dirname(path), dirname(dirname(path))]) chmodSync(folder, 0o755);
  chmodSync(path, 0o444);
  assert.equal(openAsNobody(path, "to read").trim(), "opens with 0 streams");
  assert.match(openAsNobody(path, "to write"), /can't open .*: permission denied\. Give this user the right/);
  chmodSync(path, 0o600);
  assert.match(openAsNobody(path, "to read"), /can't open .*: permission denied/);
});

const path = "/data/lock/w.duckdb";
const said = (message: string): Error => new Error(message);

for (const [message, trouble] of [
  [`IO Error: Could not set lock on file "${path}": Conflicting lock is held in /usr/bin/node (PID 12)`, "held"],
  [`IO Error: Could not set lock on file "${path}": Resource temporarily unavailable`, "held"],
  [`IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at 3`, "damaged"],
  [`IO Error: Cannot open file "${path}": Permission denied`, "denied"],
  [`IO Error: Cannot open file "${path}": Read-only file system`, "read-only"],
  [`IO Error: Cannot open file "${path}": Not a directory`, undefined],
  [`IO Error: Could not write file "${path}.wal": No space left on device`, "full"],
  [`TransactionContext Error: Failed to commit: Could not write file "${path}": File too large`, "full"],
  ["Conversion Error: Could not convert string 'No space left on device' to INT64", undefined],
  ["Conversion Error: Could not convert string 'Could not set lock on file' to INT64", undefined],
  ["Catalog Error: Table with name block does not exist!", undefined],
] as const)
  test(`"${message.slice(0, 70)}…" is ${trouble ?? "nothing that we know by name"}`, () => {
    assert.equal(troubleOf(said(message), path), trouble);
    assert.equal(isHeld(said(message), path), trouble === "held");
  });

test("only a statement for which DuckDB says that memory was too small is run again with more", () => {
  const isOut = (message: string): boolean => isOutOfMemory(said(message));
  assert.ok(isOut("Out of Memory Error: could not allocate block of size 256.0 KiB (27.9 MiB/28.0 MiB used)"));
  assert.ok(isOut("TransactionContext Error: Failed to commit: could not allocate block of size 256.0 KiB"));
  assert.ok(!isOut("Conversion Error: Could not convert string 'out of memory' to INT64"));
  assert.ok(!isOut('IO Error: Cannot open file "/data/out of memory.ndjson": No such file or directory'));
});

test("the error of a held file names the process or the run that holds it; without a process id it says another process", async (context) => {
  const folder = temporaryFolder(context);
  const own = join(folder, "Conflicting lock is held in (PID 7)", "w.duckdb");
  const options = { path: own, stateDirectory: folder };
  const held = (holder: string): Error => said(`IO Error: Could not set lock on file "${own}": ${holder}`);
  const named = await openError(held("Conflicting lock is held in /usr/bin/python3 (PID 4242). See also …"), options);
  assert.match(named.message, /is held by process 4242 \(\/usr\/bin\/python3\): wait/);
  const unnamed = await openError(held("Conflicting lock is held in  (PID 0)"), options);
  assert.match(unnamed.message, /is held by another process: wait/);
  assert.ok(named instanceof ConfigError && unnamed instanceof ConfigError);
});

test("a statement that meets a damaged block says that the file is damaged", () => {
  const error = runError(said("IO Error: Corrupt database file: computed checksum 1 does not match"), path);
  assert.match(error.message, damaged);
});
