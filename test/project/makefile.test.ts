import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { FixtureWorld } from "../fake/desk/fixture-world.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { type Ended, ended } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

// The project's own Makefile, in a folder of its own: what it calls are stand-ins that write down what they were asked.

type Machine = {
  readonly folder: string;
  readonly make: (args: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Ended>;
  /** What was called, in order. */
  readonly calls: () => readonly string[];
};

const noise = 'echo "added 112 packages"';

/** `npm run loader` prints a row and ends with LOADER_EXIT; `npm install` makes a folder, and is noisy. */
const npm = `echo "npm $*" >> calls
if [ "$1" = install ]; then ${noise}; mkdir -p node_modules; exit 0; fi
echo '{"row":1}'
exit "\${LOADER_EXIT:-0}"`;

const uv = `echo "uv $1" >> calls; ${noise}; mkdir -p .venv .venv-statistics`;

/** \`python3 -m venv\` makes a pip, which makes a uv; all of them are noisy. */
const python = `echo "python3 $*" >> calls
[ "$1" = -m ] || exit 0
${noise}
mkdir -p .tools/bin
{ echo '#!/bin/bash'; echo '${noise}; cp uv-stand-in .tools/bin/uv'; } > .tools/bin/pip
chmod +x .tools/bin/pip`;

const dbt = `echo "dbt $*" >> calls; echo "Completed successfully"`;

function writeScript(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

/** @param isFresh whether nothing is installed yet */
function setUp(context: TestContext, isFresh = false): Machine {
  const folder = temporaryFolder(context);
  for (const name of ["Makefile", "package-lock.json", "requirements.lock"])
    copyFileSync(join(repository, name), join(folder, name));
  writeScript(join(folder, "stand-ins/npm"), npm);
  writeScript(join(folder, "stand-ins/python3"), python);
  writeScript(join(folder, "stand-ins/dbt"), dbt);
  writeScript(join(folder, "uv-stand-in"), uv);
  if (!isFresh)
    for (const path of [".tools/bin/uv", "node_modules/.ready", ".venv/.ready"]) writeScript(join(folder, path), uv);
  return {
    folder,
    make: (args, environment = {}) =>
      ended(
        spawn("make", ["DBT=stand-ins/dbt", ...args], {
          cwd: folder,
          env: { PATH: `${join(folder, "stand-ins")}:${process.env["PATH"]}`, ...environment },
          stdio: ["ignore", "pipe", "pipe"],
        }),
      ),
    calls: () => readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n"),
  };
}

test("`make sync build` builds also when records were rejected, and says so", async (context) => {
  for (const flags of [[], ["-j4"]]) {
    const { make, calls } = setUp(context);
    const { exitCode, stderr } = await make([...flags, "sync", "build"], { LOADER_EXIT: "6" });
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /^make sync: warning: the loader ended with exit code 6: .*rejected.*_rejected\)\. make goes on\.$/m,
    );
    assert.deepEqual(calls(), ["npm run --silent loader -- sync", "dbt build"]);
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

test("a purge that fails builds nothing, and a dry run neither", async (context) => {
  const { make, calls } = setUp(context);
  assert.equal((await make(["purge"], { LOADER_EXIT: "5" })).exitCode, 2);
  assert.equal((await make(["purge", "ARGS=--dry-run"])).exitCode, 0);
  assert.ok(calls().every((call) => call.startsWith("npm")));
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
    ]) {
      const { make, calls } = setUp(context, isFresh);
      const { exitCode, stdout, stderr } = await make(args);
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout, '{"row":1}\n', args.join(" "));
      assert.equal(calls().includes("npm install --no-save"), isFresh);
      if (isFresh) assert.match(stderr, /^make setup: npm install[\s\S]*^added 112 packages$/m);
    }
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
  assert.deepEqual(calls(), ["npm", "dbt build"]);
});
