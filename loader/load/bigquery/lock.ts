import type { BigQuery, Table } from "@google-cloud/bigquery";
import { z } from "zod";
import type { Effects } from "../../effects.ts";
import { ConfigError, WarehouseError } from "../../errors.ts";
import { textAt } from "../../json-path.ts";
import { isAlive, placeOfProcesses } from "../../run-owner.ts";
import { attemptUntilDone } from "./attempts.ts";
import { type BigQueryConnection, costLabels, retrying } from "./client.ts";
import { actionOf, orMissing } from "./errors.ts";

/** Without a sign of life for this long a run counts as dead. */
export const leaseMs = 10 * 60_000;
const renewalMs = 2 * 60_000;
/** Without an answer to a renewal, the lock counts as ours as long as so much of the lease is left. */
const leaseLeftMsMin = 5 * 60_000;
/** Looks again this often when others change the lock at the same moment. */
const takesMax = 5;

const tableName = "_lock";

const holderSchema = z.object({
  run_id: z.string(),
  place: z.string(),
  pid: z.number(),
  since: z.string(),
  until: z.string(),
});

/** Who holds the lock, as the table's description says. */
type Holder = Readonly<z.infer<typeof holderSchema>>;

export type LockOptions = {
  readonly client: BigQuery;
  readonly connection: BigQueryConnection;
  readonly datasetName: string;
  readonly effects: Effects;
  /** Where process ids mean what they mean here; found out unless told. */
  readonly place?: string;
};

/**
 * One run at a time in a dataset. The lock is the description of a table without rows, `_lock`: making the table and
 * changing it on condition of its etag are atomic, free, and not rationed as queries are.
 *
 * States: *none* (no table), *free* (the description names nobody), *held* (it names a run, and until when), *expired* (held,
 * but that time is over, or the run's process is no more on this very machine). A run that finds none makes the table; one
 * that finds it free or expired writes its own name over it if nobody else has in between; one that finds it held ends.
 * The holder moves the time on every two minutes, and frees the lock at its end; killed, it leaves a lock that expires.
 *
 * Who holds the lock is what the description says, never what a refused write suggests: the write before it may have been
 * ours, with its answer lost. So a refused write is followed by another look. A lease that ran out is still ours until
 * another run has written its name.
 *
 * The timer and the run's own callers come at any moment. They share one check; `release` waits for the check under way,
 * and none begins after it.
 */
export class RunLock {
  readonly #options: LockOptions;
  readonly #runId: string;
  readonly #since: string;
  readonly #place: string;
  #renewal: NodeJS.Timeout | undefined;
  /** Until when nobody may take the lock, as was last written; milliseconds. */
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

  /** Takes the lock, or says who has it. Errors: ConfigError that names the other run; WarehouseError. */
  static async take(options: LockOptions, runId: string): Promise<RunLock> {
    const lock = new RunLock(options, runId, options.place ?? (await placeOfProcesses()));
    const context = { doing: "take the run lock", ...options.connection };
    const error = new ConfigError(
      `Several runs want the dataset ${options.datasetName} at the same moment: wait until they have ended, and run again.`,
    );
    return attemptUntilDone<RunLock>(options.effects, context.doing, takesMax, async () => {
      if (!(await retrying(options.effects, context, () => lock.#tryToTake()))) return { error, next: "at once" };
      lock.#renewal = setInterval(() => lock.#renewInTime(), renewalMs).unref();
      return { value: lock };
    });
  }

  /**
   * Makes sure that the lock is still ours, and for some time to come. Callers that come together share one check.
   * Errors: WarehouseError when another run has it, or when nothing was heard for so long that another may take it.
   */
  check(): Promise<void> {
    if (this.#releasing !== undefined) return Promise.reject(new Error("the run lock was released"));
    this.#checking ??= this.#renew().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Frees the lock, if it is still ours; if that fails it expires by itself. Again: the same promise. */
  release(): Promise<void> {
    this.#releasing ??= this.#free();
    return this.#releasing;
  }

  /** The timer's check: what it finds, the run's next check tells. */
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
      // Taken over by another run, or freed by a try whose answer was lost: not ours any more.
      if (this.#lost !== undefined) return;
      const cause = error instanceof WarehouseError ? error.cause : error;
      effects.log("lock_not_released", { action: actionOf(cause), expires_in_ms: leaseMs });
    }
  }

  /** Renews or frees the lock on condition that it is ours. Errors: WarehouseError when it is not; BigQuery's. */
  async #writeIfOurs(isHeldOn: boolean): Promise<void> {
    const error = new WarehouseError(
      "The run lock is changed by somebody else again and again. Look who edits the description of the table `_lock`, and run again.",
    );
    await attemptUntilDone<true>(this.#options.effects, "write the run lock", takesMax, async () => {
      // Nothing is renewed any more once the run is about to let go.
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
          `The dataset ${datasetName} is held by run ${holder.run_id} (on ${holder.place.split(" ")[0]}, process ${holder.pid}, since ${holder.since}): wait until it has ended, or end it; without a sign of life it loses its hold at ${holder.until}.`,
        );
      this.#options.effects.log("lock_taken_over", { from_run: holder.run_id, was_until: holder.until });
    }
    return this.#write(textAt(metadata, "etag"), true);
  }

  /** Writes our name, or that the lock is free, unless the table has changed since the etag. Whether it did. */
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
    // Process ids are told apart by their place: another run of this very process is one that is no more.
    return holder.place === this.#place && (holder.pid === process.pid || !isAlive(holder.pid));
  }
}

function lostError(holder: Holder | undefined): WarehouseError {
  const how = holder === undefined ? "freed by somebody else" : `taken over by run ${holder.run_id}`;
  return new WarehouseError(
    `The run lock was ${how}: this run was silent for too long. Nothing more is stored; run again once that run has ended.`,
  );
}

/** Who holds the lock by the table's description; undefined when it is free, or names nobody that we understand. */
export function lockHolder(metadata: unknown): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(textAt(metadata, "description") ?? "")).data;
  } catch {
    return undefined;
  }
}
