import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../json.ts";
import { unfinishedPath } from "../unfinished.ts";
import { type RunSummary, summaryJson } from "./summary.ts";

export const lastRunFile = "last-run.json";

const lastRunSchema = z.object({
  run_id: z.string(),
  ended_at: z.string(),
  exit_code: z.int(),
  error: z.string().nullable(),
  seconds: z.number(),
  requests: z.int(),
  rate_limit_refusals: z.int(),
  rate_share_used: z.number().nullable(),
  notes: z.array(z.string()).default([]),
});

/** How the last run from this machine ended. */
export type LastRun = z.infer<typeof lastRunSchema>;

/**
 * Keeps a run's summary for `status`, whole or not at all: a run that is killed meanwhile leaves the summary before. A
 * summary that cannot be written does not fail the run. @param safe takes secrets out of a text
 */
export async function keepLastRun(
  stateDirectory: string,
  summary: RunSummary,
  nowMs: number,
  safe = (text: string): string => text,
): Promise<void> {
  const lastRun = { ...JSON.parse(safe(summaryJson(summary))), ended_at: new Date(nowMs).toISOString() };
  const path = join(stateDirectory, lastRunFile);
  const unfinished = await unfinishedPath(path);
  try {
    await writeFile(unfinished, `${JSON.stringify(lastRun)}\n`, { flush: true });
    await rename(unfinished, path);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** The last run from this machine; undefined where no readable summary is kept. */
export async function readLastRun(stateDirectory: string): Promise<LastRun | undefined> {
  const text = await readFile(join(stateDirectory, lastRunFile), "utf8").catch(() => "");
  const parsed = lastRunSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}
