import { type AlarmFacts, type AlarmQuestion, alarmQueries, factsOf } from "../alarm-facts.ts";
import { type RunRow, runValues } from "../run-row.ts";
import { checkFile } from "./errors.ts";
import { type DuckDbOptions, DuckDbSession } from "./session.ts";
import { catalog, columnTypes, qualified, text, timestamp } from "./sql.ts";
import { knownVersion, presentColumns } from "./tables.ts";

/**
 * Adds a command to `_runs`. Nothing is made: without the file or the table, nothing is recorded.
 * Errors: ConfigError when another process holds the file, or a newer loader made it; WarehouseError.
 */
export async function recordDuckDbRun(options: DuckDbOptions, row: RunRow): Promise<void> {
  if ((await checkFile(options.path)) !== "DuckDB") return;
  const session = await DuckDbSession.open(options);
  try {
    await knownVersion(session, options);
    const values = runValues(row, (await presentColumns(session, options.rawDataset)).get("_runs") ?? []);
    if (values.length === 0) return;
    const literals = values.map(
      ({ type, value }) => `cast(${value === null ? "null" : text(value)} as ${columnTypes[type]})`,
    );
    await session.run(
      `insert into ${qualified(catalog, options.rawDataset, "_runs")} (${values.map(({ name }) => name).join(", ")})
       values (${literals.join(", ")})`,
    );
  } finally {
    await session.close();
  }
}

/** What the alarms look at. Tables that an earlier version or no build has made count as empty. */
export async function readDuckDbAlarmFacts(
  session: DuckDbSession,
  rawDataset: string,
  question: AlarmQuestion,
): Promise<AlarmFacts> {
  const buildsDataset = `${question.martsDataset}_builds`;
  const raw = await presentColumns(session, rawDataset);
  const hasBuilds = question.isAskingForBuild && (await presentColumns(session, buildsDataset)).has("builds");
  const rawTable = (name: string): string => qualified(catalog, rawDataset, name);
  const queries = alarmQueries(
    question,
    {
      runs: rawTable("_runs"),
      rejected: rawTable("_rejected"),
      loads: rawTable("_loads"),
      builds: qualified(catalog, buildsDataset, "builds"),
    },
    { secondsOf: (column) => `epoch(${column})`, moment: timestamp },
  );
  return factsOf({
    runs: raw.has("_runs") ? await session.rows(queries.runs) : [],
    rejected: raw.has("_rejected") ? await session.rows(queries.rejected) : [],
    build: hasBuilds ? await session.rows(queries.build) : [],
  });
}
