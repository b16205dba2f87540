// A replay brings back nothing that PII_MODE and BODY_MODE would leave out, unless it is told to.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { modesOfPurged } from "../../../loader/privacy.ts";
import type { FakeIntercom } from "../../fake/intercom/server.ts";
import { startedFor } from "../../fake/intercom/started.ts";
import { withDuckDb } from "../../tools/duckdb-file.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { type Ended, loader } from "../../tools/loader-process.ts";
import { newWarehouse, rawDifferences, rawSchema, replayInto } from "./replayed.ts";

const key = { PII_KEY: "a key of tests, which is longer than 32 bytes" };
const otherKey = { PII_KEY: "another key of tests, of more than 32 bytes" };
const pseudonymous = { PII_MODE: "pseudonymous", BODY_MODE: "scrubbed" };
const least = { PII_MODE: "none", BODY_MODE: "none" };

/** An archive of one sync with some modes, and the warehouse that it is of. */
class Archived {
  readonly folder: string;
  readonly path: string;
  readonly archive: string;
  readonly #fake: FakeIntercom;

  constructor(fake: FakeIntercom, folder: string) {
    this.#fake = fake;
    this.folder = folder;
    this.path = join(folder, "warehouse.duckdb");
    this.archive = join(folder, "archive");
  }

  static async of(context: TestContext, modes: NodeJS.ProcessEnv): Promise<Archived> {
    const fake = await startedFor(context, { conversations: 20, seed: 3 });
    const archived = new Archived(fake, temporaryFolder(context));
    await archived.run(["sync", "--archive", archived.archive], modes);
    return archived;
  }

  async run(args: readonly string[], modes: NodeJS.ProcessEnv = {}): Promise<void> {
    const ended = await loader(args, {
      INTERCOM_BASE_URL: this.#fake.url,
      INTERCOM_ACCESS_TOKEN: this.#fake.token,
      DUCKDB_PATH: this.path,
      STATE_DIR: join(this.folder, "state"),
      ...modes,
    });
    assert.equal(ended.exitCode, 0, ended.stderr);
  }
}

function assertRefused({ exitCode, stderr }: Ended, path: string, first: RegExp): void {
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /archive has \d+ loads? that PII_MODE and BODY_MODE would not store so/);
  assert.match(stderr, first);
  assert.match(stderr, /Add --as-stored .* Nothing was stored/);
  assert.equal(existsSync(path), false, "no warehouse was made");
}

test("an archive of full rows is refused where less is stored, until --as-stored says that all shall come back", async (context) => {
  const { archive, path: original } = await Archived.of(context, {});
  for (const modes of [least, { ...pseudonymous, ...key }, { PII_MODE: "full", BODY_MODE: "none" }]) {
    const path = newWarehouse();
    assertRefused(await replayInto(path, archive, modes), path, /stored with "pii full, body full"/);
  }
  const path = newWarehouse();
  assert.equal((await replayInto(path, archive, least, ["--as-stored"])).exitCode, 0);
  assert.deepEqual(await rawDifferences(path, original), []);
});

test("an archive of the same modes is replayed, and of another key refused; with everything kept any is replayed", async (context) => {
  const { archive, path: original } = await Archived.of(context, { ...pseudonymous, ...key });
  for (const modes of [{ ...pseudonymous, ...key }, {}]) {
    const path = newWarehouse();
    const { exitCode, stderr } = await replayInto(path, archive, modes);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(await rawDifferences(path, original), []);
  }
  const path = newWarehouse();
  assertRefused(await replayInto(path, archive, { ...pseudonymous, ...otherKey }), path, /pii pseudonymous key/);
  const withoutKey = await replayInto(path, archive, pseudonymous);
  assert.deepEqual([withoutKey.exitCode, /PII_KEY is not set/.test(withoutKey.stderr)], [2, true]);
});

test("an archive with one load of full rows is refused, and one that a purge took texts out of is not", async (context) => {
  const modes = { ...pseudonymous, ...key };
  const archived = await Archived.of(context, modes);
  const emptied = ["purge", "--older-than", "1", "--keep", "rows", "--archive", archived.archive];
  await archived.run(emptied, modes);
  await archived.run(["sync", "--archive", archived.archive], modes);
  await withDuckDb(archived.path, async (connection) => {
    const copies = await connection.runAndReadAll(
      `select count(*) from ${rawSchema}._loads where modes = '${modesOfPurged}'`,
    );
    assert.ok(Number(copies.getRows()[0]?.[0]) > 0, "no text was taken out");
  });
  const path = newWarehouse();
  const { exitCode, stderr } = await replayInto(path, archived.archive, modes);
  assert.equal(exitCode, 0, stderr);
  await archived.run(["sync", "--archive", archived.archive, "--streams", "tags"]);
  const refusing = newWarehouse();
  assertRefused(await replayInto(refusing, archived.archive, modes), refusing, /has 1 load .* "pii full, body full"/);
});
