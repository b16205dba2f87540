import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { FixtureWorld } from "../fake/desk/fixture-world.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { repository } from "../tools/repository.ts";
import { hourlyBuild, setUp, snapshot, writeScript } from "./stand-ins.ts";

test("`make sync build` builds also when records were rejected, and says so", async (context) => {
  for (const flags of [[], ["-j4"]]) {
    const { make, calls } = setUp(context);
    const { exitCode, stderr } = await make([...flags, "sync", "build"], { LOADER_EXIT: "6" });
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /^make sync: warning: the loader ended with exit code 6: .*rejected.*_rejected\)\. make goes on\.$/m,
    );
    assert.deepEqual(calls(), ["npm run --silent loader -- sync", hourlyBuild]);
  }
});

for (const code of [1, 2, 3, 4, 5, 130, 137]) {
  test(`a sync that ends with ${code} stops make, which names the code`, async (context) => {
    for (const flags of [[], ["-j4"]]) {
      const { make, calls } = setUp(context);
      const { exitCode, stderr } = await make([...flags, "sync", "build"], { LOADER_EXIT: String(code) });
      assert.equal(exitCode, 2);
      assert.match(stderr, new RegExp(`^make sync: the loader ended with exit code ${code} .*make stops\\.$`, "m"));
      assert.deepEqual(calls(), ["npm run --silent loader -- sync"]);
    }
  });
}

test("a sync without rejected records says nothing of its own", async (context) => {
  const { make } = setUp(context);
  const { exitCode, stderr } = await make(["sync", "build"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
});

test("rejected tickets are a warning too, which names their table; whatever else an activation ends with stops make", async (context) => {
  const { make, calls } = setUp(context);
  const { exitCode, stderr } = await make(["activate", "docs", "DEST=posthog"], { LOADER_EXIT: "6" });
  assert.equal(exitCode, 0, stderr);
  assert.match(
    stderr,
    /^make activate: warning: the loader ended with exit code 6: .*_activations\)\. make goes on\.$/m,
  );
  assert.equal(calls().at(-1), "dbt docs generate --static");
  assert.equal((await make(["activate", "DEST=posthog"], { LOADER_EXIT: "3" })).exitCode, 2);
  assert.match((await make(["activate"])).stderr, /needs DEST=posthog or DEST=attio/);
});

test("a build leaves out unit tests, and with CHECKS=all no data test; a mistyped CHECKS stops it", async (context) => {
  const { make, calls } = setUp(context);
  assert.equal((await make(["build"])).exitCode, 0);
  assert.equal(calls().at(-1), hourlyBuild);
  assert.equal((await make(["build", "CHECKS=all", "DBT_ARGS=--select x"])).exitCode, 0);
  assert.equal(calls().at(-1), "dbt build --exclude-resource-type unit_test --select x");
  const { exitCode, stderr } = await make(["build", "CHECKS=none"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /make build: CHECKS is "new" or "all", not "none"\./);
  assert.equal(calls().length, 2);
});

test("a purge takes along what dbt kept of earlier builds; a dry run and a purge that fails do not", async (context) => {
  const { folder, make } = setUp(context);
  const quoting = [
    "logs/dbt.log",
    "logs/dbt.log.1",
    "target/run_results.json",
    "target/compiled/intercom_warehouse/a.sql",
    "target/run/intercom_warehouse/a.sql",
  ];
  const kept = ["target/partial_parse.msgpack", "target/run/ours.txt"];
  for (const name of [...quoting, ...kept]) writeScript(join(folder, name), "");
  const isLeft = (): readonly string[] => [...quoting, ...kept].filter((name) => existsSync(join(folder, name)));
  assert.equal((await make(["purge", "ARGS=--dry-run"])).exitCode, 0);
  assert.equal((await make(["purge"], { LOADER_EXIT: "5" })).exitCode, 2);
  assert.equal(isLeft().length, quoting.length + kept.length);
  assert.equal((await make(["purge"])).exitCode, 0);
  assert.deepEqual(isLeft(), kept);
});

test("a purge that fails builds nothing, and a dry run neither", async (context) => {
  const { make, calls } = setUp(context);
  assert.equal((await make(["purge"], { LOADER_EXIT: "5" })).exitCode, 2);
  assert.equal((await make(["purge", "ARGS=--dry-run"])).exitCode, 0);
  assert.ok(calls().every((call) => call.startsWith("npm")));
});

test("a replay needs its archive, whatever characters its path has", async (context) => {
  const { make, calls } = setUp(context);
  assert.match((await make(["replay"])).stderr, /needs ARCHIVE=/);
  for (const archive of ["an archive, of 'ours' (1)", "$HOME/archive"]) {
    assert.equal((await make(["replay", `ARCHIVE=${archive.replaceAll("$", "$$$$")}`])).exitCode, 0);
    assert.equal(calls().at(-1), `npm run --silent loader -- replay ${archive}`);
    assert.equal((await make(["replay"], { ARCHIVE: archive })).exitCode, 0);
    assert.equal(calls().at(-1), `npm run --silent loader -- replay ${archive}`);
  }
});

test("what dbt writes is for this user alone, whatever command DBT names, and a crash writes no memory to disk", async (context) => {
  const { folder, make } = setUp(context);
  writeScript(
    join(folder, "stand-ins/dbt"),
    'echo "$1 $(umask) $(ulimit -c)" >> masks; mkdir -p target; echo > target/static_index.html',
  );
  for (const args of [["build"], ["query", "SQL=select 1"], ["topics"], ["docs"], ["purge"]])
    assert.equal((await make(args)).exitCode, 0, args[0]);
  const masks = readFileSync(join(folder, "masks"), "utf8").trimEnd().split("\n");
  assert.deepEqual(masks, ["build 0077 0", "--quiet 0077 0", "--quiet 0077 0", "docs 0077 0", "build 0077 0"]);
  assert.equal(statSync(join(folder, "target/static_index.html")).mode & 0o777, 0o600);
});

test("what a program reads is all that is on standard output, also where set-up comes first", async (context) => {
  for (const isFresh of [true, false])
    for (const args of [
      ["export"],
      ["export", "ARGS=--format csv"],
      ["status", "ARGS=--json"],
      ["doctor", "ARGS=--json"],
      ["sync", "ARGS=--json"],
      ["activate", "DEST=attio", "ARGS=--json"],
      ["purge", "ARGS=--json"],
      ["replay", "ARCHIVE=archive", "ARGS=--json"],
    ]) {
      const { make, calls } = setUp(context, isFresh);
      const { exitCode, stdout, stderr } = await make(args);
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout, '{"row":1}\n', args.join(" "));
      assert.equal(calls().includes("npm install --no-save --omit=dev"), isFresh);
      if (isFresh) assert.match(stderr, /^make setup: npm install[\s\S]*^added 112 packages$/m);
    }
});

const installed = (calls: readonly string[]): readonly string[] =>
  calls.filter((call) => call.startsWith("npm install") || call.startsWith("uv pip sync"));
const sync = "uv pip sync --quiet --no-build --python .venv --require-hashes requirements.lock";

test("users install no developers' packages; a linter installs the rest once, and users' targets then leave them there", async (context) => {
  const { folder, make, calls } = setUp(context, true);
  await make(["sync", "build"]);
  assert.deepEqual(installed(calls()), ["npm install --no-save --omit=dev", sync]);
  for (const target of ["types", "sync", "setup", "setup-dev"])
    assert.equal((await make([target])).exitCode, 0, target);
  const both = ["npm install --no-save", `${sync} requirements-dev.lock`];
  assert.deepEqual(installed(calls()).slice(2), both);
  // A newer version of the project: who had developers' packages has them after a user's target and a developer's.
  const later = new Date(Date.now() + 60_000);
  for (const name of ["package-lock.json", "requirements.lock"]) utimesSync(join(folder, name), later, later);
  await make(["sync"]);
  assert.deepEqual(installed(calls()).slice(4), ["npm install --no-save", sync]);
  await make(["types"]);
  assert.deepEqual(installed(calls()).slice(6).at(-1), both[1]);
});

test("set-up that was asked for says what is next; set-up before another target does not", async (context) => {
  const { make } = setUp(context);
  assert.match((await make(["setup"])).stdout, /Next: make demo/);
  assert.doesNotMatch((await make(["sync"])).stdout, /make demo/);
});

test("a build shows what is not well whole and drops the rest, and its exit code is dbt's", async (context) => {
  const { folder, make } = setUp(context);
  const color = "\u001b[31m";
  const failure = [
    `14 of 35 FAIL 4 grain_teams [${color}FAIL 4\u001b[0m in 0.05s]`,
    `${color}Failure in test grain_teams (models/marts/support/teams.yml)`,
    "  Got 4 results, configured to fail if != 0",
    "  compiled code at target/grain_teams.sql",
  ];
  const lines = [
    "Running with dbt=1.11.16",
    "",
    "1 of 35 START sql table model x [RUN]",
    "1 of 35 OK created x",
    ...failure,
  ];
  const script = lines.map((line) => `echo '01:30:18  ${line}'`).join("\n");
  writeScript(join(folder, "stand-ins/dbt"), `${script}\nexit 1`);
  const { exitCode, stdout } = await make(["build"]);
  assert.equal(exitCode, 2);
  const shown = stdout.trimEnd().split("\n").slice(1);
  assert.deepEqual(
    shown,
    failure.map((line) => stripVTControlCharacters(line)),
  );
});

test("a build of an empty warehouse says so in one sentence, and any other failure before the models is shown whole", async (context) => {
  const { folder, make } = setUp(context);
  const head = [
    "Finished running  in 0 hours 0 minutes and 0.20 seconds (0.20s).",
    "Encountered an error:",
    "Compilation Error in operation intercom_warehouse-on-run-start-0 (./dbt_project.yml)",
  ];
  const tail = ["  ", "  > in macro x (macros/x.sql)", "  > called by operation intercom_warehouse-on-run-start-0"];
  const shown = async (sentence: string): Promise<readonly string[]> => {
    const lines = [...head, `  ${sentence}`, ...tail].map((line) => `echo '01:30:18  ${line}'`);
    writeScript(join(folder, "stand-ins/dbt"), `${lines.join("\n")}\nexit 2`);
    const { exitCode, stdout } = await make(["build"]);
    assert.equal(exitCode, 2);
    return stdout.trimEnd().split("\n").slice(1);
  };
  const empty = "The warehouse x has no conversations yet: run `make sync` first.";
  assert.deepEqual(await shown(empty), [empty]);
  assert.deepEqual(await shown("x is undefined"), [...head, "  x is undefined", ...tail]);
});

test("dbt makes no new default file beside the one of earlier versions", async (context) => {
  const { folder, make, calls } = setUp(context);
  writeScript(join(folder, "data/intercom.duckdb"), "");
  for (const args of [["build"], ["query", "SQL=select 1"], ["docs"]])
    assert.equal((await make(args, { LOADER_EXIT: "2" })).exitCode, 2, args[0]);
  const status = "npm run --silent loader -- status";
  assert.deepEqual(calls(), [status, status, status]);
  for (const environment of [{ DUCKDB_PATH: "data/intercom.duckdb" }, { WAREHOUSE: "bigquery" }])
    assert.equal((await make(["build"], environment)).exitCode, 0);
  writeScript(join(folder, "data/warehouse.duckdb"), "");
  assert.equal((await make(["build"])).exitCode, 0);
});

test("the page of `make docs` shows whole descriptions, and its name is said", async (context) => {
  const { folder, make } = setUp(context);
  const page = join(folder, "target/static_index.html");
  writeScript(join(folder, "stand-ins/dbt"), `mkdir -p target; echo '<head></head>|&' > ${page}`);
  const { exitCode, stdout } = await make(["docs"]);
  assert.equal(exitCode, 0);
  assert.equal(stdout, "Open target/static_index.html in a browser.\n");
  assert.match(readFileSync(page, "utf8"), /^<head><style>\.column-row td \{ .*<\/style><\/head>\|&$/m);
});

test("readers get the marts of a build on DuckDB that has passed, and of no other", async (context) => {
  const { folder, make, calls } = setUp(context);
  const environment = { DUCKDB_PATH: "w.duckdb" };
  assert.equal((await make(["build"], environment)).exitCode, 0);
  writeScript(join(folder, "w.duckdb"), "");
  assert.equal((await make(["build"], { ...environment, WAREHOUSE: "bigquery" })).exitCode, 0);
  assert.ok(!calls().includes(snapshot));
  assert.equal((await make(["build"], environment)).exitCode, 0);
  assert.deepEqual(calls().slice(-2), [hourlyBuild, snapshot]);
  assert.equal((await make(["build"], { ...environment, LOADER_EXIT: "5" })).exitCode, 2);
  writeScript(join(folder, "stand-ins/dbt"), 'echo "dbt $*" >> calls; exit 1');
  assert.equal((await make(["build"], environment)).exitCode, 2);
  assert.equal(calls().at(-1), hourlyBuild);
});

test("a query reaches dbt as it was written, without the semicolon at its end", async (context) => {
  const { make, calls } = setUp(context);
  const { exitCode, stderr } = await make(["query", `SQL=select 'a "b"', count(*) from t;`]);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(calls(), [
    `dbt --quiet --log-level-file none --no-write-json show --limit 20 --inline select 'a "b"', count(*) from t`,
  ]);
  assert.match((await make(["query"])).stderr, /needs SQL=/);
});

test("flags with commas, quotes and dollars reach the loader as they are", async (context) => {
  const { make, calls } = setUp(context);
  await make(["sync", `ARGS=--streams tags,teams --tag "a, b" --contact 'x$$y'`]);
  assert.deepEqual(calls(), ["npm run --silent loader -- sync --streams tags,teams --tag a, b --contact x$y"]);
});

test("with the loader itself a record that can't be stored is a warning of `make sync`, and the build follows", async (context) => {
  const fields = { created_at: 1_700_000_000, updated_at: 1_700_000_000, state: "open", source: {} };
  const parts = { conversation_parts: [], total_count: 0 };
  const good = { type: "conversation", id: "8", ...fields, conversation_parts: parts };
  const world = new FixtureWorld({ conversations: [good, { ...good, id: "7", created_at: "yesterday" }] });
  const fake = await startedFor(context, { world });
  const { folder, make, calls } = setUp(context);
  writeScript(
    join(folder, "stand-ins/npm"),
    `echo "npm" >> calls; shift 4; exec "${process.execPath}" "${join(repository, "loader/cli.ts")}" "$@"`,
  );
  const { exitCode, stderr } = await make(["sync", "build"], {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: join(folder, "state"),
  });
  assert.equal(exitCode, 0, stderr);
  assert.match(stderr, /ended with exit code 6/);
  assert.deepEqual(calls(), ["npm", hourlyBuild, "npm"]);
});
