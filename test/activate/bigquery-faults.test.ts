// The outbox on a double of BigQuery, whose queries DuckDB runs. This is the short form: BIGQUERY_FAULT_STEP=1 takes every request.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { Attio } from "../../loader/activate/attio/destination.ts";
import { deliver, noProgress } from "../../loader/activate/deliver.ts";
import type { Destination } from "../../loader/activate/destination.ts";
import type { Outbox } from "../../loader/activate/outbox.ts";
import { PostHog } from "../../loader/activate/posthog/destination.ts";
import { StoredOutbox } from "../../loader/activate/stored-outbox.ts";
import type { Effects } from "../../loader/effects.ts";
import { BigQueryOutbox } from "../../loader/load/bigquery/outbox.ts";
import type { Json } from "../fake/bigquery/body.ts";
import type { FaultKind } from "../fake/bigquery/faults.ts";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { withRowsInDuckDb } from "../load/bigquery/rows-in-duckdb.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { noteFaults, postHogFaults } from "./checker.ts";
import { fastPace, populate, setUpWarehouse, startAttio, startPostHog } from "./setting.ts";
import { createMart, manyTickets, type NewTicket } from "./tickets.ts";

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const tickets = manyTickets(60, 4);
const requestsMax = 200;
const step = Number(process.env["BIGQUERY_FAULT_STEP"] ?? 12);

type Setting = {
  readonly double: FakeBigQuery;
  readonly folder: string;
  readonly open: (outbox: Outbox, effects: Effects) => Promise<Destination>;
};

async function startDouble(context: TestContext, mart: readonly NewTicket[]): Promise<FakeBigQuery> {
  const runs = (sql: string): Promise<readonly Json[]> =>
    withRowsInDuckDb(
      (table) => double.rowsOf(table),
      { schema: "raw", isWithPayload: false },
      async (connection) => {
        await createMart(connection, mart);
        return (await connection.runAndReadAll(inDuckDb(sql))).getRowObjectsJson();
      },
    );
  const double = await FakeBigQuery.start({ runs });
  context.after(() => double.close());
  return double;
}

/** The differences of the two dialects in the outbox's queries. */
function inDuckDb(sql: string): string {
  return sql
    .replaceAll(/`test\.([^`]+)`/g, "$1")
    .replaceAll(
      /to_json_string\(\(select as struct (\w+)\.\* replace \((?:unix_seconds\([^)]*\) as \w+(?:, )?)+\)\)\)/g,
      "cast(to_json($1) as varchar)",
    )
    .replaceAll(/format_timestamp\('([^']*)', (case .*? end)\)/g, "strftime($2, '$1')");
}

/** One run of `activate`. Returns the error that ended it, if any. */
async function run({ double, folder, open }: Setting): Promise<unknown> {
  const effects = new SkippingClock().effects(
    () => 0.5,
    () => undefined,
  );
  const emulatorHost = double.url;
  const connection = { project: "test", location: undefined, emulatorHost, impersonate: undefined };
  let outbox: Outbox | undefined;
  const datasets = { rawDataset: "raw", martsDataset: "intercom" };
  let destination: Destination | undefined;
  try {
    const store = await BigQueryOutbox.open({
      connection: { ...connection, maximumBytesBilled: 2 ** 30 },
      ...datasets,
      stateDirectory: folder,
      effects,
      runId: `run-${randomBytes(3).toString("hex")}`,
    });
    outbox = new StoredOutbox(store, datasets);
    destination = await open(outbox, effects);
    const { name, target, isUpdating } = destination;
    const flags = { isRetrying: false, isSendingAgain: false, since: undefined, limit: undefined };
    const selection = { destination: name, target, isUpdating, ...flags };
    const { error } = await deliver({ outbox, destination, selection, effects, progress: noProgress() });
    return error;
  } catch (error) {
    return error;
  } finally {
    await destination?.close();
    // Nobody frees the lock of a run that lost BigQuery: the next run takes it when it has expired.
    await outbox?.close().catch(() => undefined);
  }
}

/** The N-th and all later requests to BigQuery fail, for growing N until a run has fewer requests. An undisturbed run follows each. */
async function sweep(
  setting: Setting,
  kind: FaultKind,
  faults: () => readonly string[],
  empty: () => void,
): Promise<number> {
  const { double } = setting;
  let endedEarly = 0;
  for (let nth = 1; nth <= requestsMax; nth += step) {
    double.faults.push({ route: "any", times: Infinity, after: nth - 1, kind });
    const before = double.requests;
    const error = await run(setting);
    const hasStruck = double.requests - before >= nth;
    endedEarly += error === undefined ? 0 : 1;
    double.faults.length = 0;
    // As when the run's process has ended.
    double.tables.delete("_lock");
    assert.equal(await run(setting), undefined, `request ${nth}`);
    assert.deepEqual(faults(), [], `request ${nth}`);
    if (!hasStruck) return endedEarly;
    double.tables.delete("_activations");
    empty();
  }
  throw new Error(`a run of more than ${requestsMax} requests to BigQuery`);
}

const kinds: readonly (readonly [string, FaultKind])[] = [
  ["goes down", { status: 503, reason: "backendError" }],
  ["does what it is asked and never answers", { cut: "after" }],
];

for (const [name, kind] of kinds) {
  test(`when BigQuery ${name} at any request, the next run leaves nothing out and nothing twice in PostHog`, async (context) => {
    const double = await startDouble(context, tickets);
    const fake = await startPostHog(context);
    const open = async (outbox: Outbox, effects: Effects): Promise<Destination> => {
      const signal = new AbortController().signal;
      return new PostHog({ host: fake.url, apiKey: fake.apiKey, effects, signal, hasPersonProfiles: true }, outbox);
    };
    const setting = { double, folder: temporaryFolder(context), open };
    const empty = (): void => void fake.taken.splice(0);
    assert.ok((await sweep(setting, kind, () => postHogFaults(fake, tickets), empty)) >= 2);
    assert.deepEqual(double.unplanned, []);
  });

  test(`when BigQuery ${name} at any request, the next run writes each note once`, async (context) => {
    const { config } = await setUpWarehouse(context, []);
    const double = await startDouble(context, tickets);
    const fake = await startAttio(context);
    await populate(fake, config, tickets, "note");
    const open = (_outbox: Outbox, effects: Effects): Promise<Destination> => {
      const signal = new AbortController().signal;
      const settings = { baseUrl: fake.url, apiKey: fake.apiKey, writesPerSecond: fastPace };
      return Attio.open({ ...settings, effects, signal, mode: "note", isCreatingPeople: false });
    };
    const setting = { double, folder: temporaryFolder(context), open };
    const empty = (): void => void fake.workspace.notes.splice(0);
    assert.ok((await sweep(setting, kind, () => noteFaults(fake, tickets), empty)) >= 2);
  });
}
