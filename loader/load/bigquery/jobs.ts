import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import { textAt, valueAt } from "../../json-path.ts";
import type { RawTableName } from "../raw-tables.ts";
import { attemptUntilDone, pause } from "./attempts.ts";
import { retrying } from "./client.ts";
import { actionOf, asFatalError, type BigQueryContext, type BigQueryProblem, JobError, orMissing } from "./errors.ts";

/** A file is sent under at most this many job ids. */
const jobsMax = 5;
/** A file is uploaded at most this often under one job id. */
const uploadsMax = 6;
/** A load job that takes longer has a trouble that waiting does not mend. */
const jobMsMax = 30 * 60_000;
const pollMsMin = 500;
const pollMsMax = 10_000;
/** Level 1 is a third of the work of level 6 for a tenth more bytes. */
const gzipLevel = 1;
const jobPrefix = "intercom-warehouse_";

/** A file of newline-delimited JSON with rows for a table. */
export type LoadFile = { readonly table: RawTableName; readonly path: string; readonly rows: number };

/** How a load ended: all rows are in the table, or none is and BigQuery says what is wrong with some of them. */
export type LoadResult =
  | { readonly isLoaded: true }
  | { readonly isLoaded: false; readonly problems: readonly BigQueryProblem[] };

export type LoadJobsOptions = {
  readonly client: BigQuery;
  readonly dataset: Dataset;
  /** Where the dataset is. Outside of US and EU, a job is found only with its location. */
  readonly location: string | undefined;
  readonly project: string;
  readonly effects: Effects;
  /** Whether files are gzipped: BigQuery takes gzip, an emulator may not. */
  readonly isCompressed: boolean;
};

/**
 * Load jobs. Each job puts a whole file into a table, or nothing of it.
 *
 * The owner, the table and the file's content determine the job's id. So a file that is sent twice is the same job, and
 * BigQuery refuses the second one. The states of a file:
 *
 * - *unsent*: no job has its id. Enters at the start, and when a lookup finds no job. Leaves by an upload.
 * - *sent, answer unknown*: the upload had no answer. Leaves by a lookup: no job → unsent again, with the same id; a job →
 *   known.
 * - *known* (also by "already exists"): the job is looked up until it is done. Without an error → loaded. With a passing
 *   error → unsent, under a new id, since a failed job keeps its id for good. With wrong rows → refused. Any other error
 *   ends the run.
 */
export class LoadJobs {
  readonly #options: LoadJobsOptions;

  constructor(options: LoadJobsOptions) {
    this.#options = options;
  }

  /**
   * @param owner the workspace; a run, where its files may be those of an earlier run
   * Errors: WarehouseError. The file stays.
   */
  async load(owner: string, file: LoadFile): Promise<LoadResult> {
    const sent = await this.#sendable(file);
    try {
      const context = this.#context(file.table);
      return await attemptUntilDone<LoadResult>(this.#options.effects, context.doing, jobsMax, async (number) => {
        const jobId = jobIdOf(owner, file.table, sent.sha256, number);
        const errors = await this.#run(jobId, file, sent.path, number);
        if (errors === undefined) return { value: { isLoaded: true } };
        const failure = new JobError(errors);
        const action = actionOf(failure);
        if (action === "rows") return { value: { isLoaded: false, problems: errors } };
        if (action !== "retry") throw asFatalError(failure, context);
        return { error: asFatalError(failure, context), next: "after a delay" };
      });
    } finally {
      if (sent.path !== file.path) await rm(sent.path, { force: true });
    }
  }

  /** Sends the file until BigQuery has the job, and waits for its end. Returns the job's errors, undefined without any. */
  async #run(
    jobId: string,
    file: LoadFile,
    path: string,
    number: number,
  ): Promise<readonly BigQueryProblem[] | undefined> {
    const { client, location, effects } = this.#options;
    const context = this.#context(file.table);
    return attemptUntilDone(effects, context.doing, uploadsMax, async (upload) => {
      const uploaded = await this.#upload(jobId, file, path, upload);
      const job = client.job(jobId, location === undefined ? {} : { location });
      const metadata = await this.#whenDone(() => orMissing(() => job.getMetadata()), context).catch(
        (error: unknown) => {
          // BigQuery has the job, and nobody knows what became of it: the rows may be there.
          if (uploaded !== "unanswered") effects.log("load_job_unknown", { job_id: jobId, table: file.table });
          throw error;
        },
      );
      // A job may be known only a moment after it was taken. An upload without an answer has waited already.
      if (metadata === undefined)
        return { error: noJobError(context), next: uploaded === "unanswered" ? "at once" : "after a delay" };
      effects.log("load_job_done", { job_id: jobId, table: file.table, rows: file.rows, attempt: number });
      return { value: outcome(metadata, file, uploaded === "taken") };
    });
  }

  /**
   * Uploads the file under a job id. Says whether BigQuery took the job, had one of this id, or did not answer; then only a
   * lookup tells, and a delay has passed.
   * Errors: WarehouseError, also when the last upload has no answer.
   */
  async #upload(
    jobId: string,
    file: LoadFile,
    path: string,
    upload: number,
  ): Promise<"taken" | "exists" | "unanswered"> {
    const { dataset, effects } = this.#options;
    const context = this.#context(file.table);
    try {
      await dataset.table(file.table).createLoadJob(path, {
        jobId,
        sourceFormat: "NEWLINE_DELIMITED_JSON",
        createDisposition: "CREATE_NEVER",
        writeDisposition: "WRITE_APPEND",
        maxBadRecords: 0,
      });
      return "taken";
    } catch (error) {
      const action = actionOf(error);
      if (action === "exists") return "exists";
      if (action !== "retry" || upload >= uploadsMax) throw asFatalError(error, context);
      await pause(effects, upload, context.doing);
      return "unanswered";
    }
  }

  /** The metadata of the finished job; undefined when there is no such job. */
  async #whenDone(
    look: () => Promise<readonly unknown[] | undefined>,
    context: BigQueryContext,
  ): Promise<unknown | undefined> {
    const { effects } = this.#options;
    const startedAtMs = effects.now();
    for (let delayMs = pollMsMin; ; delayMs = Math.min(delayMs * 2, pollMsMax)) {
      const answer = await retrying(effects, context, look);
      if (answer === undefined) return undefined;
      const [metadata] = answer;
      if (textAt(metadata, "status", "state") === "DONE") return metadata;
      if (effects.now() - startedAtMs > jobMsMax)
        throw new WarehouseError(
          `BigQuery could not ${context.doing} within ${jobMsMax / 60_000} minutes: the job has not ended. Look at the project's job history, and run again. What was loaded before stays.`,
        );
      await effects.sleep(delayMs);
    }
  }

  /** The file to upload, and the hash of its content. */
  async #sendable(file: LoadFile): Promise<{ readonly path: string; readonly sha256: string }> {
    const hash = createHash("sha256");
    const tee = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const path = this.#options.isCompressed ? `${file.path}.gz` : file.path;
    if (this.#options.isCompressed)
      await pipeline(createReadStream(file.path), tee, createGzip({ level: gzipLevel }), createWriteStream(path));
    else for await (const chunk of createReadStream(file.path)) hash.update(chunk);
    return { path, sha256: hash.digest("hex") };
  }

  #context(table: RawTableName): BigQueryContext {
    const { project, location } = this.#options;
    return { doing: `load ${table}`, project, location };
  }
}

function noJobError({ doing }: BigQueryContext): WarehouseError {
  return new WarehouseError(
    `BigQuery could not ${doing}: the job was sent ${uploadsMax} times, and BigQuery knows no such job. Run again later. What was loaded before stays.`,
  );
}

/** The same file of the same owner has the same id. @param number the attempt, after jobs that failed for good */
function jobIdOf(owner: string, table: string, sha256: string, number: number): string {
  const name = owner.replaceAll(/[^A-Za-z0-9-]/g, "-").slice(0, 64);
  return `${jobPrefix}${name}_${table}_${sha256.slice(0, 40)}_${number}`;
}

/** Whether a job's id is of a replay, which owns its jobs as a run. */
export function isOfReplay(jobId: string | undefined): boolean {
  return jobId?.startsWith(jobPrefix) === true && jobId.includes("-replay-");
}

/** The errors of a finished job; undefined when the file is in the table. */
function outcome(metadata: unknown, file: LoadFile, isAnswered: boolean): readonly BigQueryProblem[] | undefined {
  const status = valueAt(metadata, "status");
  const errorResult = valueAt(status, "errorResult");
  if (typeof errorResult === "object" && errorResult !== null) {
    const others = valueAt(status, "errors");
    return [errorResult, ...(Array.isArray(others) ? others : [])];
  }
  const outputRows = valueAt(metadata, "statistics", "load", "outputRows");
  // An emulator keeps no statistics, and says "done" even when the upload failed: then only the upload's answer counts.
  const isKnown = outputRows === undefined ? isAnswered : Number(outputRows) === file.rows;
  if (isKnown) return undefined;
  return [{ reason: "internalError", message: `${String(outputRows)} rows instead of ${file.rows}` }];
}
