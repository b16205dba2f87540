import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FakeAttio } from "../fake/attio/server.ts";
import { attioFaults, noteFaults, postHogFaults } from "./checker.ts";
import { type KillPoint, runAndKill } from "./kill.ts";
import { populate, setUpWarehouse, startAttio, startPostHog } from "./setting.ts";
import { manyTickets } from "./tickets.ts";

const tickets = manyTickets(300, 3);

async function setUp(context: TestContext) {
  const { path, folder, config } = await setUpWarehouse(context, tickets);
  return { config, environment: { DUCKDB_PATH: path, STATE_DIR: join(folder, "state") } };
}

/** The requests of a run to PostHog: the key's check, the companies, the events. */
const postHogPoints: readonly KillPoint[] = [
  { at: "request", count: 1, isDone: false },
  { at: "request", count: 2, isDone: true },
  { at: "request", count: 3, isDone: true },
  { at: "request", count: 2, isDone: false },
];

test("killed at each of its requests, a run to PostHog leaves nothing out and nothing twice", async (context) => {
  const { environment } = await setUp(context);
  const fake = await startPostHog(context);
  const settings = { ...environment, POSTHOG_HOST: fake.url, POSTHOG_API_KEY: fake.apiKey };
  for (const point of postHogPoints) {
    const { wasKilled } = await runAndKill(fake, ["posthog"], settings, point);
    assert.ok(wasKilled, JSON.stringify(point));
  }
  assert.ok(fake.taken.length > 0);
  assert.equal((await runAndKill(fake, ["posthog"], settings)).exitCode, 0);
  assert.deepEqual(postHogFaults(fake, tickets), []);
});

const faultsOf = {
  record: (fake: FakeAttio) => attioFaults(fake, tickets, "objects", "support_tickets"),
  activity: (fake: FakeAttio) => attioFaults(fake, tickets, "activities", "intercom_support_tickets"),
  note: (fake: FakeAttio) => noteFaults(fake, tickets),
};

for (const mode of ["record", "activity", "note"] as const) {
  test(`killed again and again, runs to Attio write each ${mode} once`, async (context) => {
    const { config, environment } = await setUp(context);
    const fake = await startAttio(context);
    await populate(fake, config, tickets, mode);
    const settings = { ...environment, ATTIO_BASE_URL: fake.url, ATTIO_API_KEY: fake.apiKey };
    const args = ["attio", "--as", mode, "--writes-per-second", "2000"];
    for (const count of [20, 90]) {
      const { wasKilled } = await runAndKill(fake, args, settings, { at: "request", count, isDone: true });
      assert.ok(wasKilled);
    }
    assert.match(String((await runAndKill(fake, args, settings)).exitCode), /^[06]$/);
    assert.deepEqual(faultsOf[mode](fake), []);
    const writes = [...fake.workspace.collections.flatMap(({ records }) => [...records.values()])];
    assert.ok(
      writes.every((record) => record.writes === 1),
      "a record was written twice",
    );
  });
}
