import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { ConfigError } from "../../loader/errors.ts";
import { type BigQueryConnection, openBigQuery } from "../../loader/load/bigquery/client.ts";
import { RunLock } from "../../loader/load/bigquery/lock.ts";
import { BigQueryWarehouse } from "../../loader/load/bigquery/warehouse.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { Spool } from "../../loader/load/spool.ts";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { Dice } from "../fault/dice.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { drive, type Subject, workspaceId } from "./callers.ts";

const rawDataset = "raw";
const runId = "run";
const renewalMs = 2 * 60_000;
const idTables = ["conversations", "tags", "deleted_conversations"];

/** Several callers at a DuckDB file. In words, all that is wrong. */
export async function driveDuckDb(seed: number): Promise<readonly string[]> {
  return inFolder(async (folder) => {
    const path = join(folder, "w.duckdb");
    const warehouse = await DuckDbWarehouse.open({ path, rawDataset, stateDirectory: folder });
    await warehouse.prepare();
    return drive(
      {
        warehouse,
        spool: await openSpool(folder),
        nowMs: () => Date.now(),
        spoil: (load) => {
          for (const file of load.files) writeFileSync(file.path, '{"id": "t", "payl');
          return load;
        },
        mayFail: false,
        beat: undefined,
        end: () =>
          readDuckDb(path, async (connection) => {
            const texts = async (sql: string): Promise<string[]> =>
              (await connection.runAndReadAll(sql)).getRows().map(([text]) => String(text));
            const ids = idTables.map((table) => `select id from ${rawDataset}.${table}`).join(" union all ");
            return { rows: await texts(ids), loads: await texts(`select _load_id from ${rawDataset}._loads`) };
          }),
        remains: () => [],
      },
      seed,
    );
  });
}

/** Several callers at a double of BigQuery, whose answers come in any order, and the lock's timer at any moment. */
export async function driveBigQuery(seed: number, isWithOutage = false): Promise<readonly string[]> {
  return inFolder((folder) =>
    withFake(async (fake, connection) => {
      const clock = new SkippingClock();
      const warehouse = await BigQueryWarehouse.open({
        connection,
        rawDataset,
        stateDirectory: folder,
        effects: clock.effects(
          () => 0.5,
          () => undefined,
        ),
        onRefused: () => undefined,
      });
      const spool = await openSpool(folder);
      await warehouse.prepare(runId);
      const letAnswersGo = holdAnswers(fake);
      const subject: Subject = {
        warehouse,
        spool,
        nowMs: () => clock.nowMs(),
        spoil: (load) => ({ ...load, files: load.files.map((file) => ({ ...file, path: `${file.path}.gone` })) }),
        mayFail: isWithOutage,
        beat: (dice) => {
          letAnswersGo(dice);
          if (dice.below(40) === 0) mock.timers.tick(renewalMs);
          if (dice.below(60) === 0) clock.skip(dice.below(renewalMs));
          if (dice.below(400) === 0) fake.faults.push(passing(dice));
          if (isWithOutage && dice.below(3000) === 0)
            fake.faults.push({ route: "upload", times: 1, kind: { status: 403, reason: "quotaExceeded" } });
        },
        end: async () => ({
          rows: idTables.flatMap((table) => fake.rowsOf(table)).map((row) => String(row["id"])),
          loads: fake.rowsOf("_loads").map((row) => String(row["_load_id"])),
        }),
        remains: () => [
          ...readdirSync(join(folder, "spool")).filter((name) => name !== runId),
          ...(fake.tables.get("_lock")?.metadata["description"] === "free" ? [] : ["the lock is not free"]),
          ...fake.unplanned,
        ],
      };
      const faults = await drive(subject, seed);
      if (!isWithOutage) return faults;
      // Rows of loads that never became complete are stored, and nobody counts them.
      const complete = new Set(fake.rowsOf("_loads").map((row) => row["_load_id"]));
      const isInvisible = (id: string): boolean =>
        idTables
          .flatMap((table) => fake.rowsOf(table))
          .some((row) => row["id"] === id && !complete.has(row["_load_id"]));
      return faults.filter(
        (fault) => !/rows 1, loads 0, told 0$/.test(fault) || !isInvisible(fault.split(" ")[0] ?? ""),
      );
    }),
  );
}

/** Several callers, the timer and a rival at the run lock. In words, all that is wrong. */
export async function driveLock(seed: number): Promise<readonly string[]> {
  return withFake(async (fake, connection) => {
    const dice = new Dice(seed);
    const faults: string[] = [];
    const effects = new SkippingClock().effects(
      () => 0.5,
      () => undefined,
    );
    const client = await openBigQuery(connection);
    fake.datasetLocation = "US";
    const options = { client, connection, datasetName: rawDataset, effects };
    const lock = await RunLock.take({ ...options, place: "here" }, runId);
    const letAnswersGo = holdAnswers(fake);
    let isOver = false;
    const check = (): Promise<void> =>
      lock.check().catch((error: unknown) => {
        faults.push(`a check failed: ${String(error)}`);
      });
    const rival = async (): Promise<void> => {
      const taken = await RunLock.take({ ...options, place: "there" }, "rival").catch((error: unknown) => {
        if (!(error instanceof ConfigError)) faults.push(`the rival met ${String(error)}`);
      });
      if (taken !== undefined) faults.push("the rival got the lock");
    };
    const work = Array.from({ length: 6 }, async (_, caller) => {
      for (let turn = 0; turn < 8; turn += 1) {
        for (let turns = dice.below(4); turns > 0; turns -= 1) await new Promise(setImmediate);
        await (caller === 0 ? rival() : check());
      }
    });
    const ended = Promise.all(work)
      .then(() => Promise.all([lock.release(), lock.release()]))
      .then(() => {
        isOver = true;
      });
    while (!isOver) {
      letAnswersGo(dice);
      if (dice.below(20) === 0) mock.timers.tick(renewalMs);
      if (dice.below(100) === 0) fake.faults.push(passing(dice));
      await new Promise(setImmediate);
    }
    await ended;
    const left = fake.tables.get("_lock")?.metadata["description"];
    return left === "free" ? faults : [...faults, `the lock is left as ${String(left)}`];
  });
}

/** A trouble that passes by itself. */
function passing(dice: Dice) {
  const kinds = [{ cut: "before" }, { cut: "after" }, { status: 503, reason: "backendError" }] as const;
  return { route: "any", times: 1, kind: dice.pick(kinds) } as const;
}

/** Holds answers. Returns a function that releases one of them, which the dice pick, or none. */
function holdAnswers(fake: FakeBigQuery): (dice: Dice) => void {
  const held: (() => void)[] = [];
  fake.holdAnswer = () => new Promise((resolve) => held.push(resolve));
  return (dice) => {
    if (held.length > 0 && dice.below(2) === 0) held.splice(dice.below(held.length), 1)[0]?.();
  };
}

async function withFake<T>(work: (fake: FakeBigQuery, connection: BigQueryConnection) => Promise<T>): Promise<T> {
  const fake = await FakeBigQuery.start({ isWithSql: true });
  const connection: BigQueryConnection = {
    project: "test",
    location: undefined,
    emulatorHost: fake.url,
    impersonate: undefined,
    maximumBytesBilled: 2 ** 30,
  };
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    return await work(fake, connection);
  } finally {
    mock.timers.reset();
    fake.holdAnswer = undefined;
    await fake.close();
  }
}

function openSpool(folder: string): Promise<Spool> {
  return Spool.open(folder, { workspaceId, runId, loadedAt: "2026-01-05T09:00:00.000Z" });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "intercom-callers-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
