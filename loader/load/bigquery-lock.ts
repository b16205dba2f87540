import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import type { BigQuery, Table } from "@google-cloud/bigquery";
import { z } from "zod";
import type { Effects } from "../effects.ts";
import { ConfigError, WarehouseError } from "../errors.ts";
import { type BigQueryConnection, costLabels, retrying } from "./bigquery-client.ts";
import { actionOf } from "./bigquery-errors.ts";
import { orMissing, textAt } from "./bigquery-tables.ts";
import { isAlive } from "./spool.ts";

/** Without a sign of life for this long a run counts as dead. */
export const leaseMs = 10 * 60_000;
const renewalMs = 2 * 60_000;
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
 */
export class RunLock {
  readonly #options: LockOptions;
  readonly #runId: string;
  readonly #since: string;
  readonly #place: string;
  #etag: string | undefined;
  #renewal: NodeJS.Timeout | undefined;
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
    for (let take = 1; take <= takesMax; take += 1) {
      if (await retrying(options.effects, context, () => lock.#tryToTake())) {
        lock.#renewal = setInterval(() => void lock.check().catch(() => undefined), renewalMs).unref();
        return lock;
      }
    }
    throw new ConfigError(
      `Several runs want the dataset ${options.datasetName} at the same moment: wait until they have ended, and run again.`,
    );
  }

  /** Makes sure that the lock is still ours, and for some time to come. Errors: WarehouseError when another run has it. */
  async check(): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    const { effects, connection } = this.#options;
    await retrying(effects, { doing: "renew the run lock", ...connection }, async () => {
      const metadata = (await orMissing(() => this.#table.getMetadata()))?.[0];
      const holder = lockHolder(metadata);
      if (!this.#isOurs(holder) || !(await this.#write(textAt(metadata, "etag"), this.#ours()))) {
        this.#lost = new WarehouseError(
          `The run lock was taken over by ${holder === undefined ? "somebody" : `run ${holder.run_id}`}: this run was silent for too long. Nothing more is stored; run again once that run has ended.`,
        );
        throw this.#lost;
      }
    });
  }

  /** Frees the lock; if that fails it expires by itself. */
  async release(): Promise<void> {
    clearInterval(this.#renewal);
    if (this.#lost !== undefined) return;
    try {
      await this.#write(this.#etag, undefined);
    } catch (error) {
      this.#options.effects.log("lock_not_released", { action: actionOf(error), expires_in_ms: leaseMs });
    }
  }

  async #tryToTake(): Promise<boolean> {
    const { client, datasetName } = this.#options;
    const found = await orMissing(() => this.#table.getMetadata());
    if (found === undefined) {
      try {
        const [, made] = await client.dataset(datasetName).createTable(tableName, {
          description: this.#ours(),
          labels: costLabels,
          schema: {
            fields: [{ name: "note", type: "STRING", description: "This table has no rows: see its description." }],
          },
        });
        this.#etag = textAt(made, "etag");
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
    return this.#write(textAt(metadata, "etag"), this.#ours());
  }

  /** Writes the description unless the table has changed since the etag. Whether it did. */
  async #write(etag: string | undefined, description: string | undefined): Promise<boolean> {
    try {
      const [metadata] = await this.#table.setMetadata({
        ...(etag === undefined ? {} : { etag }),
        description: description ?? "free",
      });
      this.#etag = textAt(metadata, "etag");
      return true;
    } catch (error) {
      if (actionOf(error) === "lost") return false;
      throw error;
    }
  }

  get #table(): Table {
    return this.#options.client.dataset(this.#options.datasetName).table(tableName);
  }

  #ours(): string {
    const holder: Holder = {
      run_id: this.#runId,
      place: this.#place,
      pid: process.pid,
      since: this.#since,
      until: new Date(this.#options.effects.now() + leaseMs).toISOString(),
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

/** The machine, since it was started, and the container: two of them may have the same name, and each a process 1. */
async function placeOfProcesses(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const processes = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), boot.trim(), processes].filter((part) => part !== "").join(" ");
}

/** Who holds the lock by the table's description; undefined when it is free, or names nobody that we understand. */
export function lockHolder(metadata: unknown): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(textAt(metadata, "description") ?? "")).data;
  } catch {
    return undefined;
  }
}
