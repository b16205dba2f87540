import assert from "node:assert/strict";
import { test } from "node:test";
import { everything, type Privacy, privacyOf } from "../../../loader/privacy.ts";
import { openWorkshop, rowsOf } from "../../fault/odd-workshop.ts";
import { loader } from "../../tools/loader-process.ts";

const pseudonymous = (key: string): Privacy =>
  privacyOf("pseudonymous", "scrubbed", { key: key.repeat(32), keptAttributes: [] });

test("each load remembers its modes and a sign of the key, and a run that stores otherwise says so", async (context) => {
  const workshop = await openWorkshop(context);
  const modes = async (): Promise<unknown[]> =>
    (await rowsOf(workshop, "select distinct modes from raw._loads order by 1")).flat();
  const run = async (privacy: Privacy): Promise<readonly string[]> => {
    workshop.fake.advance(60);
    const { exitCode, error, notes } = await workshop.run({ privacy });
    assert.equal(exitCode, 0, String(error));
    return notes.filter((note) => note.includes("docs/privacy.md"));
  };
  assert.deepEqual(await run(everything), []);
  assert.deepEqual(await modes(), [null]);
  assert.match((await run(pseudonymous("a")))[0] ?? "", /earlier runs stored with "pii full, body full"/);
  const [first] = await modes();
  assert.match(String(first), /^pii pseudonymous key [0-9a-f]{8}, body scrubbed$/);
  assert.match((await run(pseudonymous("b")))[0] ?? "", /two keys make two pseudonyms/);
  assert.equal((await modes()).length, 3);
  const { stdout } = await loader(["status"], workshop.environment);
  assert.match(stdout, /Stored with "pii full, body full" and with "pii pseudonymous key /);
});

test("pseudonyms need a key of 32 bytes, from the environment or a file, and no message shows it", async (context) => {
  const workshop = await openWorkshop(context);
  const sync = (more: Record<string, string>, ...flags: string[]) =>
    loader(["sync", ...flags], { ...workshop.environment, ...more });
  const missing = await sync({}, "--pii-mode", "pseudonymous");
  assert.deepEqual([missing.exitCode, missing.stderr.includes("PII_KEY is not set")], [2, true]);
  const short = await sync({ PII_MODE: "pseudonymous", PII_KEY: "too short a key" });
  assert.deepEqual([short.exitCode, short.stderr.includes("too short a key")], [2, false]);
  assert.match(short.stderr, /PII_KEY must have at least 32 bytes/);
  assert.match((await sync({ BODY_MODE: "some" })).stderr, /BODY_MODE must be full, scrubbed or none/);
});
