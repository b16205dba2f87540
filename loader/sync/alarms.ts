import { counted } from "../counted.ts";
import { ConfigError, exitCodes } from "../errors.ts";
import { streamNames, streamOf } from "../extract/streams.ts";
import type { AlarmFacts, NewestRun } from "../load/alarm-facts.ts";
import type { StreamStatus } from "../load/warehouse.ts";
import { duration, time } from "./status.ts";

/** The alarms of `status --max-age`. Each has a heading in docs/runbook.md. */
export const alarmNames = ["stream_stale", "run_failed", "records_rejected", "build_stale"] as const;

type AlarmName = (typeof alarmNames)[number];

export type Alarm = {
  readonly name: AlarmName;
  readonly workspaceId: string | undefined;
  /** The stream or the command that it is about; undefined of a build. */
  readonly about: string | undefined;
  readonly sentence: string;
  /** Of a stream that was synced: what it is up to, epoch seconds. */
  readonly asOf?: number;
};

/** What you watch. */
export type Watch = {
  readonly maxAgeHours: number;
  /** Undefined: all that are stored and are not on demand. */
  readonly streams: ReadonlySet<string> | undefined;
  readonly ignored: ReadonlySet<AlarmName>;
};

/** A command that failed once and never ran again is forgotten after so long. */
export const runDaysMax = 7;
/** Ten years. */
const maxAgeHoursMax = 87_600;
/** So many alarms of one cause are told in one line. */
const alarmsOfOneLine = 4;
const secondsPerHour = 3600;
const partStreams: ReadonlySet<string> = new Set(["conversation_parts", "ticket_parts"]);

/** Errors: ConfigError that names the flag. */
export function readWatch(flags: {
  readonly maxAge: string;
  readonly streams?: string;
  readonly ignore?: string;
}): Watch {
  const maxAgeHours = Number(flags.maxAge);
  if (!(maxAgeHours > 0 && maxAgeHours <= maxAgeHoursMax))
    throw new ConfigError(`--max-age must be a number of hours, above 0 and up to ${maxAgeHoursMax}.`);
  return {
    maxAgeHours,
    streams: flags.streams === undefined ? undefined : namesIn("--streams", flags.streams, streamNames),
    ignored: namesIn("--ignore", flags.ignore ?? "", alarmNames),
  };
}

/** The names in a text, separated by commas. Errors: ConfigError when one is not known. */
function namesIn<T extends string>(flag: string, text: string, known: readonly T[]): ReadonlySet<T> {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const unknown = names.find((name) => !known.some((each) => each === name));
  if (unknown !== undefined) throw new ConfigError(`${flag} knows no "${unknown}": it takes ${known.join(", ")}.`);
  return new Set(known.filter((name) => names.includes(name)));
}

/** The alarms that go off. @param facts undefined where nothing has been synced */
export function alarmsOf(
  watch: Watch,
  streams: readonly StreamStatus[],
  facts: AlarmFacts | undefined,
  nowSeconds: number,
): readonly Alarm[] {
  const alarms = [
    ...staleStreams(watch, streams, nowSeconds),
    ...(facts === undefined ? [] : failedRuns(facts.runs, nowSeconds)),
    ...(facts === undefined ? [] : newlyRejected(watch, facts)),
    ...staleBuild(watch, streams, facts, nowSeconds),
  ];
  return alarms.filter(({ name }) => !watch.ignored.has(name));
}

function* staleStreams(watch: Watch, streams: readonly StreamStatus[], nowSeconds: number): Generator<Alarm> {
  const name = "stream_stale";
  const oldest = nowSeconds - watch.maxAgeHours * secondsPerHour;
  for (const { stream: about, workspaceId, cursor, lastLoadedAt } of streams) {
    const asOf = cursor ?? lastLoadedAt ?? 0;
    if (asOf >= oldest || !isWatched(watch, about)) continue;
    const sentence = `${about} of workspace ${workspaceId} is as of ${time(asOf)}, ${duration(nowSeconds - asOf)} ago`;
    yield { name, workspaceId, about, sentence, asOf };
  }
  const missing = [...(watch.streams ?? [])].filter((stream) => !streams.some((status) => status.stream === stream));
  for (const about of missing) yield { name, workspaceId: undefined, about, sentence: `${about} was never synced` };
  if (streams.length === 0 && watch.streams === undefined)
    yield { name, workspaceId: undefined, about: undefined, sentence: "nothing was ever synced" };
}

/** Parts come with their conversations and tickets: a run without changes loads none. */
function isWatched({ streams }: Watch, name: string): boolean {
  if (streams !== undefined) return streams.has(name);
  const known = streamNames.find((each) => each === name);
  return known !== undefined && !partStreams.has(name) && streamOf(known).isOnDemand !== true;
}

/**
 * A sync that ended before it knew its workspace counts until the next sync of any workspace. A purge or a replay that ended with 2
 * does not count: somebody mistyped an address or a folder.
 */
function* failedRuns(runs: readonly NewestRun[], nowSeconds: number): Generator<Alarm> {
  const isSuperseded = (run: NewestRun): boolean =>
    run.workspaceId === undefined &&
    runs.some(({ command, endedAt }) => command === run.command && endedAt > run.endedAt);
  const isGood = ({ exitCode }: NewestRun): boolean => exitCode === exitCodes.done || exitCode === exitCodes.rejected;
  const isMistyped = ({ command, exitCode }: NewestRun): boolean =>
    exitCode === exitCodes.usage && (command === "purge" || command === "replay");
  const isForgotten = ({ endedAt }: NewestRun): boolean => endedAt < nowSeconds - runDaysMax * 24 * secondsPerHour;
  for (const run of runs) {
    if (isGood(run) || isMistyped(run) || isSuperseded(run) || isForgotten(run)) continue;
    const { command: about, workspaceId, endedAt, exitCode, errorKind } = run;
    const of = workspaceId === undefined ? "" : ` of workspace ${workspaceId}`;
    const kind = errorKind === undefined ? "" : ` (${errorKind})`;
    const sentence = `the last ${about}${of} ended ${time(endedAt)} with exit code ${exitCode}${kind}`;
    yield { name: "run_failed", workspaceId, about, sentence };
  }
}

function* newlyRejected(watch: Watch, { rejected }: AlarmFacts): Generator<Alarm> {
  for (const { workspaceId, stream: about, count } of rejected) {
    if (watch.streams?.has(about) === false) continue;
    const records = counted(count, "record of", "records of");
    const sentence = `${records} ${about} in workspace ${workspaceId} rejected for the first time in ${hours(watch)}`;
    yield { name: "records_rejected", workspaceId, about, sentence };
  }
}

/** A build is old when something was loaded since, and it began longer ago than is allowed. */
function* staleBuild(
  watch: Watch,
  streams: readonly StreamStatus[],
  facts: AlarmFacts | undefined,
  nowSeconds: number,
): Generator<Alarm> {
  if (facts === undefined) return;
  const { builtAt } = facts;
  const loadedAt = Math.max(...streams.map(({ lastLoadedAt }) => lastLoadedAt ?? 0));
  const isOld = builtAt === undefined || builtAt < nowSeconds - watch.maxAgeHours * secondsPerHour;
  if (!isOld || (builtAt !== undefined && builtAt >= loadedAt)) return;
  const last = builtAt === undefined ? "no build has ended yet" : `the last build that ended began ${time(builtAt)}`;
  const sentence = `${last}, and data was loaded ${time(loadedAt)}`;
  yield { name: "build_stale", workspaceId: undefined, about: undefined, sentence };
}

function hours({ maxAgeHours }: Watch): string {
  return maxAgeHours === 1 ? "the last hour" : `the last ${maxAgeHours} hours`;
}

/** The alarms as lines for a person. Streams of one workspace that are stale have one cause most often, so many are one line. */
export function alarmLines(alarms: readonly Alarm[]): readonly string[] {
  if (alarms.length === 0) return ["No alarm."];
  const groups = Map.groupBy(alarms, ({ name, workspaceId }) => `${name} ${workspaceId ?? ""}`);
  return [
    ...[...groups.values()].flatMap(linesOf),
    `${counted(alarms.length, "alarm")}: docs/runbook.md says of each what to do.`,
  ];
}

/** @param alarms of one name and workspace */
function linesOf(alarms: readonly Alarm[]): readonly string[] {
  const times = alarms.flatMap(({ asOf }) => asOf ?? []);
  if (alarms.length < alarmsOfOneLine || times.length < alarms.length)
    return alarms.map(({ name, sentence }) => `ALARM ${name}: ${sentence}.`);
  const [name, of] = [alarms[0]?.name, alarms[0]?.workspaceId];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const span = first === last ? time(first) : `${time(first)} to ${time(last)}`;
  const abouts = alarms.map(({ about }) => about).join(", ");
  return [`ALARM ${name}: ${alarms.length} streams of workspace ${of} are as of ${span}: ${abouts}.`];
}

/** The alarms for a program. */
export function alarmsJson(alarms: readonly Alarm[]): readonly Readonly<Record<string, string | null>>[] {
  return alarms.map(({ name, workspaceId, about, sentence }) => ({
    name,
    workspace_id: workspaceId ?? null,
    about: about ?? null,
    sentence,
  }));
}
