/** What `status --max-age` asks of a warehouse, beside the state of each stream. Times are epoch seconds. */
export type AlarmQuestion = {
  readonly martsDataset: string;
  /** Records that were rejected for the first time since then are new. */
  readonly rejectedSince: number;
  /** Runs that ended earlier are of no interest. */
  readonly runsSince: number;
  /** Whether the build is asked for: on BigQuery that takes the right to read its dataset. */
  readonly isAskingForBuild: boolean;
};

/** The newest run of a command, of each workspace that it names. */
export type NewestRun = {
  readonly workspaceId: string | undefined;
  readonly command: string;
  readonly endedAt: number;
  readonly exitCode: number;
  readonly errorKind: string | undefined;
};

/** Records of a stream that were rejected for the first time since a moment. */
type NewlyRejected = { readonly workspaceId: string; readonly stream: string; readonly count: number };

export type AlarmFacts = {
  readonly runs: readonly NewestRun[];
  readonly rejected: readonly NewlyRejected[];
  /** When the newest build that ended began; undefined where none has. */
  readonly builtAt: number | undefined;
};

/**
 * The queries of both engines. The columns come in the order in which the functions below read them.
 * @param secondsOf a timestamp as epoch seconds @param moment a time as a constant
 */
export function alarmQueries(
  { rejectedSince, runsSince }: AlarmQuestion,
  names: { readonly runs: string; readonly rejected: string; readonly loads: string; readonly builds: string },
  sql: { readonly secondsOf: (column: string) => string; readonly moment: (epochSeconds: number) => string },
): { readonly runs: string; readonly rejected: string; readonly build: string } {
  return {
    runs: `select _workspace_id as workspace_id, command, ${sql.secondsOf("ended_at")} as ended, exit_code, error_kind
      from ${names.runs} where _loaded_at >= ${sql.moment(runsSince)}
      qualify row_number() over (partition by command, _workspace_id order by ended_at desc, run_id desc) = 1
      order by command, workspace_id`,
    rejected: `select workspace_id, stream, count(*) as records from (
        select _workspace_id as workspace_id, stream, coalesce(record_id, _load_id) as record, min(_loaded_at) as first_at
        from ${names.rejected} where _load_id in (select _load_id from ${names.loads} where status = 'complete')
        group by _workspace_id, stream, coalesce(record_id, _load_id)
      ) as records_rejected where first_at >= ${sql.moment(rejectedSince)}
      group by workspace_id, stream order by workspace_id, stream`,
    build: `select max(recorded_in) as recorded_in from ${names.builds} where node = '*' and rows_version = 'ended'`,
  };
}

type Values = readonly unknown[];

/** The facts, of the answers to `alarmQueries`: rows as lists of values. */
export function factsOf(answers: {
  readonly runs: readonly Values[];
  readonly rejected: readonly Values[];
  readonly build: readonly Values[];
}): AlarmFacts {
  const recordedIn = answers.build[0]?.[0];
  return {
    runs: answers.runs.map(([workspaceId, command, endedAt, exitCode, errorKind]) => ({
      workspaceId: optionalText(workspaceId),
      command: String(command),
      endedAt: Number(endedAt),
      exitCode: Number(exitCode),
      errorKind: optionalText(errorKind),
    })),
    rejected: answers.rejected.map(([workspaceId, stream, count]) => ({
      workspaceId: String(workspaceId),
      stream: String(stream),
      count: Number(count),
    })),
    // A build records its begin in milliseconds.
    builtAt: recordedIn === null || recordedIn === undefined ? undefined : Number(recordedIn) / 1000,
  };
}

function optionalText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}
