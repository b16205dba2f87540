import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { exitCodes, FatalError } from "../errors.ts";
import type { RunCommand, RunRow } from "../load/run-row.ts";
import { newRunId } from "../run-id.ts";

/** A command waits so long for its row at most: what it has done stays done, recorded or not. */
const recordMsMax = 60_000;

/** What a command tells of itself, to be recorded when it ends. */
export type RunNotes = {
  runId: string;
  workspaceId: string | undefined;
  rows: number | undefined;
  rejected: number | undefined;
  requests: number | undefined;
};

type Recording = {
  readonly command: RunCommand;
  /** What you typed: the flags and the version come from here. */
  readonly commandLine: Command;
  readonly config: Config;
  readonly effects: Effects;
  /** Stores the row; a test may say. */
  readonly store?: (row: RunRow) => Promise<void>;
};

/**
 * Runs a command, and adds it to `_runs` when it ends. What goes wrong with the row is logged, and fails no command.
 * Returns what the work returns: the exit code. Errors: those of the work.
 */
export async function recorded(recording: Recording, work: (notes: RunNotes) => Promise<number>): Promise<number> {
  const { config, effects } = recording;
  const startedAtMs = effects.now();
  const notes: RunNotes = {
    runId: newRunId(startedAtMs, wordOf(recording.command)),
    workspaceId: undefined,
    rows: undefined,
    rejected: undefined,
    requests: undefined,
  };
  const store = recording.store ?? ((row) => storeRow(config, effects, row));
  const record = async (exitCode: number, errorKind: string | null): Promise<void> => {
    const row = rowOf(recording, notes, { startedAtMs, endedAtMs: effects.now(), exitCode, errorKind });
    await inTime(effects, store(row)).catch((error: unknown) =>
      effects.log("run_not_recorded", { run_id: row.run_id, error: kindOf(error) }),
    );
  };
  let exitCode: number;
  try {
    exitCode = await work(notes);
  } catch (error) {
    await record(error instanceof FatalError ? error.exitCode : exitCodes.warehouse, kindOf(error));
    throw error;
  }
  await record(exitCode, null);
  return exitCode;
}

/** Names of the flags that the command line gives, as it spells them, sorted. */
export function flagsGiven(command: Command): readonly string[] {
  return command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ long, short }) => long ?? short ?? "")
    .toSorted();
}

/** This project's version, which the outermost command has. */
function versionOf(command: Command): string {
  return command.parent === null ? (command.version() ?? "") : versionOf(command.parent);
}

function wordOf(command: RunCommand): "activate" | "purge" | "replay" | undefined {
  if (command === "sync") return undefined;
  return command === "purge" || command === "replay" ? command : "activate";
}

function rowOf(
  { command, commandLine }: Recording,
  notes: RunNotes,
  end: {
    readonly startedAtMs: number;
    readonly endedAtMs: number;
    readonly exitCode: number;
    readonly errorKind: string | null;
  },
): RunRow {
  const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
  return {
    run_id: notes.runId,
    _workspace_id: notes.workspaceId ?? null,
    command,
    flags: flagsGiven(commandLine).join(","),
    started_at: time(end.startedAtMs),
    ended_at: time(end.endedAtMs),
    exit_code: end.exitCode,
    error_kind: end.errorKind,
    row_count: notes.rows ?? null,
    rejected_count: notes.rejected ?? null,
    request_count: notes.requests ?? null,
    loader_version: versionOf(commandLine),
    node_version: process.versions.node,
    _loaded_at: time(end.endedAtMs),
  };
}

/** The name of an error's class. A message may quote data. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}

/** Waits for the work, for `recordMsMax` at most. Errors: those of the work; Error when it takes longer. */
async function inTime(effects: Effects, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const tooLong = effects.sleep(recordMsMax, over.signal).then(
    () => {
      throw new Error("the row of _runs took too long");
    },
    () => undefined,
  );
  try {
    await Promise.race([work, tooLong]);
  } finally {
    over.abort();
  }
}

async function storeRow(config: Config, effects: Effects, row: RunRow): Promise<void> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const { recordDuckDbRun } = await import("../load/duckdb/runs.ts");
    return recordDuckDbRun({ path: config.duckdbPath, rawDataset, stateDirectory }, row);
  }
  const { recordBigQueryRun } = await import("../load/bigquery/runs.ts");
  return recordBigQueryRun({ connection: config.bigQuery, rawDataset, stateDirectory, effects }, row);
}
