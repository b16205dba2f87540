import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Config } from "../../loader/config.ts";
import { InterruptedError } from "../../loader/errors.ts";
import type { PurgeStore } from "../../loader/purge/store.ts";
import { differingTables } from "../checker/same-tables.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { killedAtLine } from "../tools/killed-at-line.ts";
import { repository } from "../tools/repository.ts";
import { forgetRuns, type Purged, run, setUp } from "./run.ts";

const schemas = ["intercom", "intercom_staging", "intercom_raw", "crm"];
const callsMax = 60;

class Stopped extends Error {}

/** Calls of a store's methods end with an error from the N-th on. */
function stopping(store: PurgeStore, fromCall: number): { store: PurgeStore; hasStopped: () => boolean } {
  let calls = 0;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls >= fromCall) throw new Stopped();
    return work();
  };
  const { dialect, preview } = store;
  return {
    hasStopped: () => calls >= fromCall,
    store: {
      dialect,
      preview,
      columns: (schemas) => guarded(() => store.columns(schemas)),
      rows: (query) => guarded(() => store.rows(query)),
      makePreview: (query) => guarded(() => store.makePreview(query)),
      dropPreview: () => guarded(() => store.dropPreview()),
      keepPlan: (plan) => guarded(() => store.keepPlan(plan)),
      record: (statements) => guarded(() => store.record(statements)),
      remove: (removal) => guarded(() => store.remove(removal)),
      finish: (plan) => guarded(() => store.finish(plan)),
      close: () => store.close(),
    },
  };
}

/** A warehouse that was purged of Ann undisturbed, and the purge's report. */
async function undisturbed(context: Parameters<typeof setUp>[0]): Promise<{ config: Config; purged: Purged }> {
  const config = await setUp(context);
  return { config, purged: await run(config, ["ann@example.com"]) };
}

async function assertSame(config: Config, wanted: Config): Promise<void> {
  await forgetRuns(config.duckdbPath, wanted.duckdbPath);
  const differing = await readDuckDb(config.duckdbPath, (connection) =>
    differingTables(connection, wanted.duckdbPath, schemas),
  );
  assert.deepEqual(differing, []);
}

test(`the next purge finishes a purge that was stopped before any of its steps, and needs no --contact`, async (context) => {
  const wanted = await undisturbed(context);
  const start = await setUp(context);
  const folder = temporaryFolder(context);
  let stops = 0;
  for (let call = 1; call <= callsMax; call += 1) {
    const config = { ...start, duckdbPath: join(folder, `${call}.duckdb`) };
    await copyFile(start.duckdbPath, config.duckdbPath);
    let hasStopped = (): boolean => false;
    const first = await run(config, ["ann@example.com"], {
      around: (store) => {
        const stop = stopping(store, call);
        hasStopped = stop.hasStopped;
        return stop.store;
      },
    });
    if (!hasStopped()) break;
    stops += 1;
    assert.equal(first.exitCode, undefined);
    const runs = [first, await run(config)];
    // A purge that was stopped before its plan was made has left nothing.
    if (first.lines.length === 0 && runs[1]?.summary.is_continued === false)
      runs.push(await run(config, ["ann@example.com"]));
    assert.deepEqual(
      runs.slice(1).map(({ error }) => error),
      runs.slice(1).map(() => undefined),
    );
    await assertSame(config, wanted.config);
    const said = new Set(runs.filter(({ lines }) => lines.length > 0).flatMap(({ summary }) => summary.removal_steps));
    assert.deepEqual(new Set([...said, ...wanted.purged.summary.removal_steps]), said);
  }
  assert.ok(stops > 15 && stops < callsMax, `${stops} stops`);
});

test("an interrupted purge ends with 130 between two tables, and the next purge finishes it", async (context) => {
  const wanted = await undisturbed(context);
  const config = await setUp(context);
  const controller = new AbortController();
  const first = await run(config, ["ann@example.com"], {
    signal: controller.signal,
    around: (store) => ({
      ...stopping(store, callsMax).store,
      remove: async (removal) => {
        await store.remove(removal);
        controller.abort(new InterruptedError("Interrupted."));
      },
    }),
  });
  assert.equal(first.exitCode, 130);
  assert.equal((await run(config)).summary.is_continued, true);
  await assertSame(config, wanted.config);
});

// Killed at its first log line, between two tables, and when only the file is left to be rewritten.
for (const events of [1, 5, 11])
  test(`killed after ${events} of the events that it logs, the next purge finishes it`, async (context) => {
    const wanted = await undisturbed(context);
    const config = await setUp(context);
    const child = spawn(process.execPath, ["loader/cli.ts", "purge", "--contact", "ann@example.com", "--json"], {
      cwd: repository,
      env: {
        ...process.env,
        ...killedAtLine('"event"', events),
        WAREHOUSE: "duckdb",
        DUCKDB_PATH: config.duckdbPath,
        STATE_DIR: config.stateDirectory,
      },
      stdio: "ignore",
    });
    const [, signal] = await once(child, "close");
    assert.equal(signal, "SIGKILL");
    const next = await run(config);
    assert.equal(next.exitCode, 0, next.error);
    assert.equal(next.summary.is_continued, true);
    await assertSame(config, wanted.config);
  });
