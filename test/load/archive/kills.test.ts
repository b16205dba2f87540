import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ChildRun } from "../../fault/child-run.ts";
import { runAndKill } from "../../fault/kill.ts";
import { Workshop } from "../../fault/workshop.ts";
import { faultsOfReplay } from "./replayed.ts";

const workspace = { conversations: 40, accounts: 8, lonelyCompanies: 5, seed: 5 };
/** A first step, and how many further on the next ones are: every kind of step has its turn. */
const firstStep = 1 + Math.floor(3 * Math.random());
const stride = 3;

/** Enough for every kind of step, and few enough for a test of a minute. */
const streams = "conversations,contacts,tags";

const preload = `--import=${join(import.meta.dirname, "dying.ts")}`;

/** In words, which files under a final name are cut off. */
function halfFiles(archive: string): string[] {
  return globSync(join(archive, "*/*/*.ndjson.gz"))
    .filter((path) => !path.startsWith(join(archive, "_pending")))
    .filter((path) => {
      try {
        return !gunzipSync(readFileSync(path)).toString().endsWith("\n");
      } catch {
        return true;
      }
    });
}

test("killed at any step in the archive, the next run makes the archive what the warehouse is", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  const archive = join(workshop.folder, "archive");
  let deaths = 0;
  for (let step = firstStep; ; step += stride) {
    workshop.empty();
    const run = await new ChildRun({
      environment: {
        ...workshop.environment,
        NODE_OPTIONS: preload,
        DIE_AT_STEP: String(step),
        DIE_IN_FOLDER: archive,
      },
      flags: ["--archive", archive, "--streams", streams],
    }).ended;
    assert.deepEqual(halfFiles(archive), [], `killed at step ${step}`);
    if (run.signal === null) break;
    deaths += 1;
    const next = await workshop.run({ archive, flags: { streams } });
    assert.equal(next.exitCode, 0, String(next.error));
    assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), [], `killed at step ${step}`);
  }
  assert.ok(deaths >= 6, `${deaths} deaths`);
});

for (const point of [
  { at: "commit", count: 2 },
  { at: "request", count: 20 },
  { at: "instant", afterMs: 300 + 1000 * Math.random() },
] as const) {
  test(`killed at ${point.at} ${"count" in point ? point.count : "at random"}, the next run makes the archive whole`, async (context) => {
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const archive = join(workshop.folder, "archive");
    await runAndKill(workshop, point, "SIGKILL", ["--archive", archive]);
    assert.deepEqual(halfFiles(archive), []);
    assert.equal((await workshop.run({ archive })).exitCode, 0);
    assert.deepEqual(await faultsOfReplay(archive, workshop.duckdbPath), []);
    assert.deepEqual(globSync(join(archive, "_pending/*/*")), []);
  });
}
