import type { BigQuery, Table } from "@google-cloud/bigquery";
import { z } from "zod";
import type { Effects } from "../../effects.ts";
import { ConfigError, WarehouseError } from "../../errors.ts";
import { textAt } from "../../json-path.ts";
import { isAlive, placeOfProcesses } from "../../process-place.ts";
import { attemptUntilDone } from "./attempts.ts";
import { type BigQueryConnection, costLabels, retrying } from "./client.ts";
import { actionOf, orMissing } from "./errors.ts";

/** A run that has not renewed the lock for this long counts as dead. */
export const leaseMs = 10 * 60_000;
const renewalMs = 2 * 60_000;
/** When a renewal has no answer, the lock counts as ours while this much of the lease is left. */
const leaseLeftMsMin = 5 * 60_000;
/** Tries to write so often when others change the lock at the same moment. */
const takesMax = 5;

const tableName = "_lock";

const holderSchema = z.object({
  run_id: z.string(),
  place: z.string(),
  pid: z.number(),
  since: z.string(),
  until: z.string(),
});

/** The holder of the lock, from the table's description. */
type Holder = Readonly<z.infer<typeof holderSchema>>;

export type LockOptions = {
  readonly client: BigQuery;
  readonly connection: BigQueryConnection;
  readonly datasetName: string;
  readonly effects: Effects;
  /** The machine and container of this process, where its id is unique; a test may say another one. */
  readonly place?: string;
};

/**
 * One run at a time in a dataset. The lock is the description of `_lock`, a table without rows. BigQuery makes a table, and
 * changes it on condition of its etag, atomically and free of charge, and does not ration either.
 *
 * States: *none* (no table), *free* (the description names nobody), *held* (the description names a run, and until when) and
 * *expired*. A held lock is expired when its time is over, or when its process ran here and has ended. A run that finds none makes
 * the table. A run that finds the lock free or expired writes its own name, unless another run has just done so. A run that
 * finds the lock held ends. The holder extends the time every two minutes, and frees the lock at its end. A killed holder
 * leaves a lock that expires.
 *
 * Only the description says who holds the lock. A refused write says nothing: the write before it may have been ours, with
 * its answer lost. So the lock is read again after a refused write. An expired lease is still ours until another run has
 * written its name.
 *
 * The timer and the run's own callers come at any moment and share one check. `release` waits for a check under way, and no
 * check begins after it.
 */
export class RunLock {
  readonly #options: LockOptions;
  readonly #runId: string;
  readonly #since: string;
  readonly #place: string;
  #renewal: NodeJS.Timeout | undefined;
  /** The end of our lease as we last wrote it, milliseconds. */
  #heldUntilMs = 0;
  #checking: Promise<void> | undefined;
  #releasing: Promise<void> | undefined;
  #lost: WarehouseError | undefined;

  private constructor(options: LockOptions, runId: string, place: string) {
    this.#options = options;
    this.#place = place;
    this.#runId = runId;
    this.#since = new Date(options.effects.now()).toISOString();
  }

  /** Takes the lock. Errors: ConfigError that names the run that holds it; WarehouseError. */
  static async take(options: LockOptions, runId: string): Promise<RunLock> {
    const lock = new RunLock(options, runId, options.place ?? (await placeOfProcesses()));
    const context = { doing: "take the run lock", ...options.connection };
    const error = new ConfigError(
      `Several runs want the dataset ${options.datasetName} at the same moment: wait until the others have ended, and run again.`,
    );
    return attemptUntilDone<RunLock>(options.effects, context.doing, takesMax, async () => {
      if (!(await retrying(options.effects, context, () => lock.#tryToTake()))) return { error, next: "at once" };
      lock.#renewal = setInterval(() => lock.#renewInTime(), renewalMs).unref();
      return { value: lock };
    });
  }

  /**
   * Makes sure that the lock is ours, and extends the lease. Callers that come together share one check.
   * Errors: WarehouseError when another run has the lock, or soon may take it because renewals had no answer.
   */
  check(): Promise<void> {
    if (this.#releasing !== undefined) return Promise.reject(new Error("the run lock was released"));
    this.#checking ??= this.#renew().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Frees the lock if it is still ours; if that fails, the lock expires. Further calls get the same promise. */
  release(): Promise<void> {
    this.#releasing ??= this.#free();
    return this.#releasing;
  }

  /** The timer's check. Its error is thrown by the run's next check. */
  #renewInTime(): void {
    if (this.#releasing === undefined) this.check().catch(() => undefined);
  }

  async #renew(): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    const { effects, connection } = this.#options;
    try {
      await retrying(effects, { doing: "renew the run lock", ...connection }, () => this.#writeIfOurs(true));
    } catch (error) {
      const isPassing = error instanceof WarehouseError && actionOf(error.cause) === "retry";
      if (!isPassing || this.#heldUntilMs - effects.now() < leaseLeftMsMin) throw error;
      effects.log("lock_not_renewed", { until: new Date(this.#heldUntilMs).toISOString() });
    }
  }

  async #free(): Promise<void> {
    clearInterval(this.#renewal);
    await this.#checking?.catch(() => undefined);
    if (this.#lost !== undefined) return;
    const { effects, connection } = this.#options;
    try {
      await retrying(effects, { doing: "free the run lock", ...connection }, () => this.#writeIfOurs(false));
    } catch (error) {
      // Another run has taken the lock, or an earlier try has freed it and its answer was lost.
      if (this.#lost !== undefined) return;
      const cause = error instanceof WarehouseError ? error.cause : error;
      effects.log("lock_not_released", { action: actionOf(cause), expires_in_ms: leaseMs });
    }
  }

  /** Renews or frees the lock if it is ours. Errors: WarehouseError when it is not ours; BigQuery's. */
  async #writeIfOurs(isHeldOn: boolean): Promise<void> {
    const error = new WarehouseError(
      "Somebody else keeps changing the run lock. Find out who edits the description of the table `_lock`, and run again.",
    );
    await attemptUntilDone<true>(this.#options.effects, "write the run lock", takesMax, async () => {
      // The lock is about to be freed: it is not renewed any more.
      if (isHeldOn && this.#releasing !== undefined) return { value: true };
      const metadata = (await orMissing(() => this.#table.getMetadata()))?.[0];
      const holder = lockHolder(metadata);
      if (!this.#isOurs(holder)) {
        this.#lost = lostError(holder);
        throw this.#lost;
      }
      const isWritten = await this.#write(textAt(metadata, "etag"), isHeldOn);
      return isWritten ? { value: true } : { error, next: "at once" };
    });
  }

  async #tryToTake(): Promise<boolean> {
    const { client, datasetName } = this.#options;
    const found = await orMissing(() => this.#table.getMetadata());
    if (found === undefined) {
      try {
        const untilMs = this.#options.effects.now() + leaseMs;
        await client.dataset(datasetName).createTable(tableName, {
          description: this.#ours(untilMs),
          labels: costLabels,
          schema: {
            fields: [{ name: "note", type: "STRING", description: "This table has no rows: see its description." }],
          },
        });
        this.#heldUntilMs = untilMs;
        return true;
      } catch (error) {
        if (actionOf(error) === "exists") return false;
        throw error;
      }
    }
    const [metadata] = found;
    const holder = lockHolder(metadata);
    if (holder !== undefined && !this.#isOurs(holder)) {
      if (!this.#isExpired(holder))
        throw new ConfigError(
          `The dataset ${datasetName} is held by run ${holder.run_id} (on ${holder.place.split(" ")[0]}, process ${holder.pid}, since ${holder.since}): wait until that run has ended, or end it. If that run is dead, the lock expires at ${holder.until}.`,
        );
      this.#options.effects.log("lock_taken_over", { from_run: holder.run_id, was_until: holder.until });
    }
    return this.#write(textAt(metadata, "etag"), true);
  }

  /** Writes our name, or that the lock is free. False when the table has changed since the etag. */
  async #write(etag: string | undefined, isHeldOn: boolean): Promise<boolean> {
    const untilMs = this.#options.effects.now() + leaseMs;
    try {
      await this.#table.setMetadata({
        ...(etag === undefined ? {} : { etag }),
        description: isHeldOn ? this.#ours(untilMs) : "free",
      });
    } catch (error) {
      if (actionOf(error) === "lost") return false;
      throw error;
    }
    this.#heldUntilMs = isHeldOn ? untilMs : 0;
    return true;
  }

  get #table(): Table {
    return this.#options.client.dataset(this.#options.datasetName).table(tableName);
  }

  #ours(untilMs: number): string {
    const holder: Holder = {
      run_id: this.#runId,
      place: this.#place,
      pid: process.pid,
      since: this.#since,
      until: new Date(untilMs).toISOString(),
    };
    return JSON.stringify(holder);
  }

  #isOurs(holder: Holder | undefined): boolean {
    return holder?.run_id === this.#runId && holder.pid === process.pid && holder.place === this.#place;
  }

  #isExpired(holder: Holder): boolean {
    if (Date.parse(holder.until) <= this.#options.effects.now()) return true;
    // Our place and process id, but another run: an earlier process had this id, and has ended.
    return holder.place === this.#place && (holder.pid === process.pid || !isAlive(holder.pid));
  }
}

function lostError(holder: Holder | undefined): WarehouseError {
  const how = holder === undefined ? "freed by somebody else" : `taken over by run ${holder.run_id}`;
  return new WarehouseError(
    `The run lock was ${how}, because this run did not renew it in time. Nothing more is stored. Run again when the other run has ended.`,
  );
}

/** The holder by the table's description; undefined when the lock is free or the description is not ours. */
export function lockHolder(metadata: unknown): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(textAt(metadata, "description") ?? "")).data;
  } catch {
    return undefined;
  }
}
