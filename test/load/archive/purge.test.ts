import assert from "node:assert/strict";
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { streamNames } from "../../../loader/extract/streams.ts";
import { Workshop } from "../../fault/workshop.ts";
import { withDuckDb } from "../../tools/duckdb-file.ts";
import { type Ended, loader } from "../../tools/loader-process.ts";
import { faultsOfReplay, rawSchema } from "./replayed.ts";

const preload = `--import=${join(import.meta.dirname, "dying.ts")}`;

type Setting = {
  readonly workshop: Workshop;
  readonly archive: string;
  /** A contact, and a conversation that Intercom lists as deleted. */
  readonly contact: string;
  readonly deleted: string;
  readonly purge: (flags: readonly string[], more?: NodeJS.ProcessEnv) => Promise<Ended>;
};

/**
 * An archive of a workspace with a deletion, with a rejected record of the contact, and with an event that a destination was
 * told of.
 */
async function setUp(context: TestContext): Promise<Setting> {
  const workshop = await Workshop.open({
    conversations: 40,
    accounts: 6,
    lonelyCompanies: 4,
    seed: 5,
    tickets: 30,
    isWhole: true,
  });
  context.after(() => workshop.close());
  const archive = join(workshop.folder, "archive");
  const everything = { flags: { streams: streamNames.join(",") } };
  await workshop.run(everything);
  const deleted = [...workshop.fake.world.conversationIds()][7] ?? "";
  workshop.fake.advance(60);
  workshop.fake.world.change.delete(deleted);
  workshop.fake.advance(60);
  const contact = await withDuckDb(workshop.duckdbPath, async (connection) => {
    const found = await connection.runAndReadAll(
      `select payload->>'$.contacts.contacts[0].id' as contact_id, _workspace_id from ${rawSchema}.conversations
       where contact_id in (select payload->>'$.contacts.contacts[0].id' from ${rawSchema}.tickets)
         and contact_id in (select payload->>'$.contact_id' from ${rawSchema}.calls)
       order by id limit 1`,
    );
    const [id, workspaceId] = found.getRows()[0] ?? [];
    await connection.run(
      `insert into ${rawSchema}._rejected (stream, record_id, reason, payload, _workspace_id, _load_id, _fetched_at, _loaded_at)
       select stream, 'odd', 'as told', '{"id":"odd","author":{"id":"${String(id)}"}}', _workspace_id, _load_id, _loaded_at, _loaded_at
       from ${rawSchema}._loads where stream = 'admins';
       update ${rawSchema}._loads set rejected_count = 1 where stream = 'admins'`,
    );
    await connection.run(
      `insert into ${rawSchema}._activations values
         ('posthog', 'p', 'uuid', 1, 'sent', null, '${String(id)}', timestamp '2026-01-05 10:00:00', 'h', null, null,
          '${String(workspaceId)}', timestamp '2026-01-05 10:00:01')`,
    );
    return String(id);
  });
  assert.equal((await workshop.run({ ...everything, archive })).exitCode, 0);
  const purge = (flags: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    loader(["purge", "--at-most", "50", ...flags], { ...workshop.environment, ...more });
  return { workshop, archive, contact, deleted, purge };
}

/** In words, the files of an archive in which a text is; those of `_pending` too. */
function mentions(archive: string, text: string): string[] {
  return globSync(join(archive, "*/*/*.gz")).flatMap((path) =>
    gunzipSync(readFileSync(path)).toString().includes(text) ? [path.slice(archive.length + 1)] : [],
  );
}

test("a purge with the archive leaves nothing of a person there, and the archive replays into what is left", async (context) => {
  const { workshop, archive, contact, deleted, purge } = await setUp(context);
  const before = mentions(archive, contact);
  assert.ok(mentions(archive, deleted).length > 1);
  const dryRun = await purge(["--contact", contact, "--archive", archive, "--dry-run"]);
  assert.equal(dryRun.exitCode, 0, dryRun.stderr);
  assert.deepEqual(mentions(archive, contact), before);
  const purged = await purge(["--contact", contact, "--archive", archive]);
  assert.equal(purged.exitCode, 0, purged.stderr);
  assert.match(
    purged.stdout,
    /In the archive, \d+ loads were written again without the removed rows; \d+ earlier files went\./,
  );
  for (const table of ["_rejected", "tickets", "ticket_parts", "calls"])
    assert.ok(
      before.some((path) => path.startsWith(`${table}/`)),
      `${table} is not among ${before.join(", ")}`,
    );
  assert.deepEqual(mentions(archive, contact), []);
  // The bare id stays, as in the warehouse: in the list of deletions, and in the links of trackers and back-office tickets.
  assert.deepEqual(
    mentions(archive, deleted).filter((path) => !/^(deleted_conversations|tickets)\//.test(path)),
    [],
  );
  const naming = await withDuckDb(workshop.duckdbPath, async (connection) =>
    (
      await connection.runAndReadAll(
        `select payload->>'$.category', contains(replace(payload::text, payload->>'$.linked_objects', ''), '${deleted}')
         from ${rawSchema}.tickets where contains(payload::text, '${deleted}')`,
      )
    ).getRows(),
  );
  for (const [category, isNamedElsewhere] of naming) {
    assert.ok(category === "Tracker" || category === "Back-office", String(category));
    assert.equal(isNamedElsewhere, false);
  }
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
});

test("a purge of the archive that comes later, or was killed, still finds everything", async (context) => {
  const { workshop, archive, contact, purge } = await setUp(context);
  assert.equal((await purge(["--contact", contact])).exitCode, 0);
  assert.ok(mentions(archive, contact).length > 2);
  for (const step of [1, 4, 9]) {
    const killed = await purge(["--archive", archive], {
      NODE_OPTIONS: preload,
      DIE_AT_STEP: String(step),
      DIE_IN_FOLDER: archive,
    });
    assert.equal(killed.exitCode, null, killed.stdout);
    // Whatever is there is whole.
    assert.deepEqual(
      (await faultsOfReplay(archive, workshop.duckdbPath)).filter((fault) => fault.startsWith("replay")),
      [],
    );
  }
  assert.equal((await purge(["--archive", archive])).exitCode, 0);
  assert.deepEqual(mentions(archive, contact), []);
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
  const again = await purge(["--archive", archive]);
  assert.match(again.stdout, /In the archive, 0 loads were written again/);
});

test("a purge finds a person in what a killed run left pending, too", async (context) => {
  const { workshop, archive, contact, purge } = await setUp(context);
  const [pending = ""] = globSync(join(archive, "_pending/*"));
  const [id = ""] = mentions(archive, contact)
    .filter((path) => path.startsWith("conversations/"))
    .map((path) => basename(path).split(".")[0]);
  // As if the run had been killed right after the warehouse had the load.
  for (const path of globSync(join(archive, `*/*/${id}.*`)))
    renameSync(path, join(pending, `${basename(join(path, "../.."))}.${basename(path)}`));
  assert.ok(mentions(archive, contact).some((path) => path.startsWith("_pending/")));
  const purged = await purge(["--contact", contact, "--archive", archive]);
  assert.equal(purged.exitCode, 0, purged.stderr);
  assert.deepEqual(mentions(archive, contact), []);
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
});

test("a purge with an archive that is not there ends with 2, and removes nothing", async (context) => {
  const { workshop, archive, contact, purge } = await setUp(context);
  const ended = await purge(["--contact", contact, "--archive", join(workshop.folder, "elsewhere")]);
  assert.equal(ended.exitCode, 2);
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
});

/** A preload after which nobody may write into the archive's folder. */
const readOnlyArchive = `--import=data:text/javascript,${encodeURIComponent(`
  import files from "node:fs/promises";
  import { syncBuiltinESMExports } from "node:module";
  const { writeFile } = files;
  const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  files.writeFile = (path, ...more) => (String(path).includes("_pending.") ? Promise.reject(refused) : writeFile(path, ...more));
  syncBuiltinESMExports();`)}`;

test("a purge with an archive that can't be written ends with 2, and removes nothing", async (context) => {
  const { workshop, archive, contact, purge } = await setUp(context);
  const named = ["--contact", contact, "--archive", archive];
  const ended = await purge(named, { NODE_OPTIONS: readOnlyArchive });
  assert.equal(ended.exitCode, 2, ended.stderr);
  assert.match(
    ended.stderr,
    /archive can't be written, .*: EACCES: permission denied\. Run as the user .* Nothing was removed/,
  );
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
  assert.equal((await purge([...named, "--dry-run"], { NODE_OPTIONS: readOnlyArchive })).exitCode, 0);
});

test("a purge that fails at the archive says that the archive still has what was removed, and how to go on", async (context) => {
  const { workshop, archive, contact, purge } = await setUp(context);
  const pending = join(archive, "_pending");
  renameSync(pending, `${pending}.kept`);
  writeFileSync(pending, "");
  const failed = await purge(["--contact", contact, "--archive", archive]);
  assert.equal(failed.exitCode, 5, failed.stderr);
  assert.match(
    failed.stderr,
    /The warehouse is purged, and .* still has what was removed: then run `make purge ARGS="--archive /,
  );
  assert.ok(mentions(archive, contact).length > 0);
  rmSync(pending);
  renameSync(`${pending}.kept`, pending);
  assert.equal((await purge(["--archive", archive])).exitCode, 0);
  assert.deepEqual(mentions(archive, contact), []);
  assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
});
