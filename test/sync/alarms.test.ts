import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigError } from "../../loader/errors.ts";
import type { AlarmFacts, NewestRun } from "../../loader/load/alarm-facts.ts";
import type { StreamStatus } from "../../loader/load/warehouse.ts";
import { alarmLines, alarmNames, alarmsJson, alarmsOf, readWatch } from "../../loader/sync/alarms.ts";
import { repository } from "../tools/repository.ts";

const now = Date.parse("2026-03-02T12:00:00Z") / 1000;
const hour = 3600;

const stream = (name: string, hoursAgo: number | undefined, more: Partial<StreamStatus> = {}): StreamStatus => ({
  workspaceId: "w1",
  stream: name,
  rows: 1,
  rejected: 0,
  cursor: hoursAgo === undefined ? undefined : now - hoursAgo * hour,
  lastLoadedAt: now - 60,
  unseen: 0,
  modes: [],
  ...more,
});

const run = (more: Partial<NewestRun> = {}): NewestRun => ({
  workspaceId: "w1",
  command: "sync",
  endedAt: now - 600,
  exitCode: 0,
  errorKind: undefined,
  ...more,
});

const quiet: AlarmFacts = { runs: [run()], rejected: [], builtAt: now - 30 };
const fresh = [stream("conversations", 0.1), stream("tags", 0.1)];

/** Alarms as `name about`. @param flags of `status` */
function alarms(
  streams: readonly StreamStatus[],
  facts: AlarmFacts | undefined,
  flags: { readonly maxAge?: string; readonly streams?: string; readonly ignore?: string } = {},
): readonly string[] {
  const found = alarmsOf(readWatch({ maxAge: "3", ...flags }), streams, facts, now);
  return found.map(({ name, about }) => `${name} ${about ?? ""}`.trim());
}

test("where everything is as it should be, no alarm goes off", () => {
  assert.deepEqual(alarms(fresh, quiet), []);
  assert.deepEqual(alarmLines([]), ["No alarm."]);
});

test("a stream is stale when it is as of a moment before the age that is allowed", () => {
  assert.deepEqual(alarms([stream("tags", 3)], quiet), []);
  assert.deepEqual(alarms([stream("tags", 3.01)], quiet), ["stream_stale tags"]);
  const neverWindowed = stream("contacts", undefined, { lastLoadedAt: now - 4 * hour });
  assert.deepEqual(alarms([neverWindowed], quiet), ["stream_stale contacts"]);
});

test("many stale streams of a workspace are one line, and few or never synced ones a line each", () => {
  const old = ["admins", "tags", "teams", "segments"].map((name, index) => stream(name, 5 + index));
  const lines = (streams: readonly StreamStatus[], names?: string): readonly string[] =>
    alarmLines(
      alarmsOf(readWatch({ maxAge: "3", ...(names === undefined ? {} : { streams: names }) }), streams, quiet, now),
    );
  const other = stream("tags", 9, { workspaceId: "w2" });
  assert.deepEqual(lines([...old, other]), [
    "ALARM stream_stale: 4 streams of workspace w1 are as of 2026-03-02T04:00:00Z to 2026-03-02T07:00:00Z: admins, tags, teams, segments.",
    "ALARM stream_stale: tags of workspace w2 is as of 2026-03-02T03:00:00Z, 9 h ago.",
    "5 alarms: docs/runbook.md says of each what to do.",
  ]);
  assert.equal(lines(old.slice(1)).length, 4);
  assert.equal(lines([], "tags,teams,admins,segments").length, 5);
});

test("parts, streams on demand, and streams that this version does not know are not watched unless you name them", () => {
  const old = [stream("conversation_parts", 9), stream("ticket_parts", 9), stream("calls", 9), stream("of_later", 9)];
  assert.deepEqual(alarms([...fresh, ...old], quiet), []);
  assert.deepEqual(alarms([...fresh, ...old], quiet, { streams: "calls, tags" }), ["stream_stale calls"]);
});

test("a stream that you name, and a warehouse that was never synced, are alarms", () => {
  assert.deepEqual(alarms(fresh, quiet, { streams: "calls" }), ["stream_stale calls"]);
  assert.deepEqual(alarms([], undefined), ["stream_stale"]);
});

test("the newest run of a command counts: other codes than 0 and 6 are an alarm, for a week", () => {
  const of = (...runs: readonly NewestRun[]): readonly string[] => alarms(fresh, { ...quiet, runs });
  assert.deepEqual(of(run({ exitCode: 6 })), []);
  assert.deepEqual(of(run({ exitCode: 4, errorKind: "UnavailableError" })), ["run_failed sync"]);
  assert.deepEqual(of(run(), run({ command: "activate attio", exitCode: 130 })), ["run_failed activate attio"]);
  assert.deepEqual(of(run({ exitCode: 5, endedAt: now - 7 * 24 * hour - 1 })), []);
  assert.deepEqual(of(run(), run({ workspaceId: "w2", exitCode: 5 })), ["run_failed sync"]);
  assert.deepEqual(of(run({ exitCode: 2 })), ["run_failed sync"]);
  assert.deepEqual(of(run(), run({ command: "purge", exitCode: 2 }), run({ command: "replay", exitCode: 2 })), []);
  assert.deepEqual(of(run(), run({ command: "purge", exitCode: 5 })), ["run_failed purge"]);
});

test("a sync that ended before it knew its workspace is an alarm until a later sync", () => {
  const refused = run({ workspaceId: undefined, exitCode: 3 });
  const of = (endedAt: number): readonly string[] =>
    alarms(fresh, { ...quiet, runs: [refused, run({ endedAt }), run({ command: "purge", endedAt: now })] });
  assert.deepEqual(of(refused.endedAt - 1), ["run_failed sync"]);
  assert.deepEqual(of(refused.endedAt + 1), []);
});

test("records that were newly rejected are an alarm, of the streams that you watch", () => {
  const facts = { ...quiet, rejected: [{ workspaceId: "w1", stream: "contacts", count: 2 }] };
  assert.deepEqual(alarms(fresh, facts), ["records_rejected contacts"]);
  assert.deepEqual(alarms(fresh, facts, { streams: "tags" }), []);
});

test("a build is stale when it is too old and something was loaded since, or when there is none", () => {
  const of = (builtAt: number | undefined): readonly string[] => alarms(fresh, { ...quiet, builtAt });
  assert.deepEqual(of(now - 2.9 * hour), []);
  assert.deepEqual(of(now - 3.1 * hour), ["build_stale"]);
  assert.deepEqual(of(undefined), ["build_stale"]);
  const idle = [stream("tags", 0.1, { lastLoadedAt: now - 5 * hour })];
  assert.deepEqual(alarms(idle, { ...quiet, builtAt: now - 4 * hour }), []);
});

test("an alarm that you leave out does not go off, and the others do", () => {
  const facts = { ...quiet, builtAt: undefined, runs: [run({ exitCode: 5 })] };
  assert.deepEqual(alarms(fresh, facts, { ignore: "build_stale" }), ["run_failed sync"]);
  assert.deepEqual(alarms(fresh, facts, { ignore: "run_failed,build_stale" }), []);
});

test("flags that mean nothing are named", () => {
  for (const [flags, sentence] of [
    [{ maxAge: "soon" }, /--max-age must be a number of hours/],
    [{ maxAge: "0" }, /--max-age must be a number of hours/],
    [{ ignore: "noise" }, /--ignore knows no "noise": it takes stream_stale, run_failed/],
    [{ streams: "tag" }, /--streams knows no "tag"/],
  ] as const)
    assert.throws(
      () => readWatch({ maxAge: "3", ...flags }),
      (error: unknown) => error instanceof ConfigError && sentence.test(error.message),
    );
});

test("each alarm is a line for people, and an object for programs", () => {
  const facts = { ...quiet, runs: [run({ exitCode: 4, errorKind: "UnavailableError" })] };
  const found = alarmsOf(readWatch({ maxAge: "3" }), fresh, facts, now);
  assert.deepEqual(alarmLines(found), [
    "ALARM run_failed: the last sync of workspace w1 ended 2026-03-02T11:50:00Z with exit code 4 (UnavailableError).",
    "1 alarm: docs/runbook.md says of each what to do.",
  ]);
  assert.deepEqual(alarmsJson(found), [
    {
      name: "run_failed",
      workspace_id: "w1",
      about: "sync",
      sentence: "the last sync of workspace w1 ended 2026-03-02T11:50:00Z with exit code 4 (UnavailableError)",
    },
  ]);
});

test("the runbook has a heading for each alarm", () => {
  const headings = readFileSync(join(repository, "docs/runbook.md"), "utf8").split("\n");
  const missing = alarmNames.filter((name) => !headings.includes(`### ${name}`));
  assert.deepEqual(missing, []);
});
