import { statSync } from "node:fs";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { messageOf } from "../../errors.ts";
import { makeFolder } from "../disk.ts";
import { Turns } from "../turns.ts";
import { checkFile, isHeld, isOutOfMemory, logError, openError, removeUnfinished, runError } from "./errors.ts";
import { removeLeftBehind } from "./left-behind.ts";
import { overflowFolder, removeOverflow } from "./overflow.ts";
import { catalog, text } from "./sql.ts";

/** DuckDB's share of memory between operations: it keeps what it has read. */
const memoryMegabytes = 28;
/**
 * Storing a load takes 32 for the reader of JSON, whatever the file's size, and the rest for rows that wait to be compressed.
 * Usual loads have passed with 48.
 */
const memoryMegabytesForCommit = 64;
/** A load of very long threads, or with a body of many megabytes, needs more. */
const memoryMegabytesMax = 2048;
/** A write-ahead log of this length is moved into the file: until then its rows stay in memory. */
const logBytesMax = 4 * 2 ** 20;
const memoryMegabytesForLog = 128;
/** The log of a killed run may be longer. */
const memoryMegabytesForOpening = 256;
/** A reader replays the log into memory too, and has no disk to spill to. */
const memoryMegabytesForReading = 512;
/** So many rows are compressed at a time, all columns in memory. DuckDB's own 122,880 would take hundreds of megabytes. */
export const rowsPerGroup = 8192;
/**
 * The format of the file: the first one with zstd, which makes the file a quarter as large and is faster than writing the
 * rest. A DuckDB before 1.2 can't open it.
 */
const storageVersion = "v1.2.0";
const threads = "1";

export type DuckDbOptions = {
  readonly path: string;
  readonly rawDataset: string;
  readonly stateDirectory: string;
  /** Memory that each operation has at first; by default that of a sync. */
  readonly memoryMegabytes?: number;
};

/**
 * A DuckDB file, open for writing in little memory: an operation that needs more memory gets it, and gives it back.
 *
 * States: *open* (operations are queued), *closing* (`close` was called: queued operations are still done, new ones are
 * refused), *closed*. The connection has one transaction and one memory limit, so operations take turns. One turn holds a
 * whole script with its rollback, or a read to its last row, with every change of the limit.
 *
 * Errors: ConfigError when another process holds the file or the file is not DuckDB's; WarehouseError for the rest.
 */
export class DuckDbSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #path: string;
  readonly #memoryMegabytes: number;
  readonly #turns = new Turns();
  #closing: Promise<void> | undefined;
  /** Why the log could not be moved into the file after a commit. The commit is valid; the next operation fails with this. */
  #logFailure: Error | undefined;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, path: string, memoryMegabytes: number) {
    this.#instance = instance;
    this.#connection = connection;
    this.#path = path;
    this.#memoryMegabytes = memoryMegabytes;
  }

  /** Opens the file, or makes it. */
  static async open(options: DuckDbOptions): Promise<DuckDbSession> {
    await checkFile(options.path);
    try {
      makeFolder(dirname(options.path));
      const overflow = await overflowFolder(options.stateDirectory, options.path);
      const instance = await DuckDBInstance.create(":memory:", {
        threads,
        memory_limit: `${memoryMegabytesForOpening}MB`,
        wal_autocheckpoint: "1TB", // see #checkpoint
        preserve_insertion_order: "false",
        // A checkpoint would merge the small row groups of many loads, which takes 80 MB and most of the checkpoint's time.
        max_vacuum_tasks: "0",
        temp_directory: overflow,
        // Give freed memory back at once: the allocator would keep it.
        allocator_flush_threshold: "4MB",
        allocator_bulk_deallocation_flush_threshold: "4MB",
      });
      const connection = await instance.connect();
      await attach(connection, options.path).catch(async (error: unknown) => {
        if (isHeld(error, options.path) || !(await removeUnfinished(options.path))) throw error;
        await attach(connection, options.path);
      });
      await removeOverflow(options.stateDirectory, options.path, overflow);
      await removeLeftBehind(options.path);
      const megabytes = options.memoryMegabytes ?? memoryMegabytes;
      await connection.run(memoryLimit(megabytes));
      return new DuckDbSession(instance, connection, options.path, megabytes);
    } catch (error) {
      throw await openError(error, options);
    }
  }

  /**
   * Opens the file to read it and its log, even without the right to write. Nothing on disk is made or changed.
   */
  static async openToRead(options: DuckDbOptions): Promise<DuckDbSession> {
    try {
      const settings = { threads, memory_limit: `${memoryMegabytesForReading}MB`, temp_directory: "" };
      const instance = await DuckDBInstance.create(":memory:", settings);
      const connection = await instance.connect();
      await connection.run(`attach ${text(options.path)} as ${catalog} (read_only)`);
      return new DuckDbSession(instance, connection, options.path, memoryMegabytesForReading);
    } catch (error) {
      throw await openError(error, options);
    }
  }

  async run(sql: string): Promise<void> {
    await this.#turn(() => this.#withRoom(this.#memoryMegabytes, () => this.#connection.run(sql)));
  }

  async rows(sql: string, values: readonly DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return this.#turn(() =>
      this.#withRoom(this.#memoryMegabytes, async () =>
        (await this.#connection.runAndReadAll(sql, [...values])).getRows(),
      ),
    );
  }

  /**
   * A map with an entry for each row of a long answer: 2,048 rows at a time become values. Not by DuckDB's `stream`: a
   * result that was freed after the file was closed sometimes crashed the process.
   */
  async map<K, V>(
    sql: string,
    values: readonly DuckDBValue[],
    entryOf: (row: readonly DuckDBValue[]) => readonly [K, V],
  ): Promise<Map<K, V>> {
    return this.#turn(() =>
      this.#withRoom(this.#memoryMegabytes, async () => {
        const entries = new Map<K, V>();
        const result = await this.#connection.run(sql, [...values]);
        for await (const rows of result.yieldRows()) {
          for (const row of rows) {
            const [key, value] = entryOf(row);
            entries.set(key, value);
          }
        }
        return entries;
      }),
    );
  }

  /**
   * Runs all of the statements, or none. They go to DuckDB as one script: between single statements DuckDB would wait for
   * this thread, which has other work.
   */
  async transaction(statements: readonly string[]): Promise<void> {
    const sql = ["begin transaction", ...statements, "commit"].join(";\n");
    const megabytes = Math.max(memoryMegabytesForCommit, this.#memoryMegabytes);
    await this.#turn(async () => {
      await this.#withRoom(megabytes, async () => {
        try {
          await this.#connection.run(sql);
        } catch (error) {
          await this.#connection.run("rollback").catch(() => undefined);
          throw error;
        }
      });
      await this.#checkpoint();
    });
  }

  /**
   * Waits for queued operations, moves the rest of the log into the file, and closes the file. Further calls get the same
   * promise. Errors: WarehouseError when the log could not be moved after an earlier commit; the file is closed anyway.
   * @param last a statement that runs before the file is closed, and may fail
   */
  close(last?: string): Promise<void> {
    this.#closing ??= this.#turns.take(async () => {
      if (last !== undefined) await this.#connection.run(last).catch(() => undefined);
      await this.#connection.run(memoryLimit(memoryMegabytesForLog)).catch(() => undefined);
      this.#connection.closeSync();
      this.#instance.closeSync();
      if (this.#logFailure !== undefined) throw this.#logFailure;
    });
    return this.#closing;
  }

  /** Errors: Error when the session is closed; WarehouseError when the log could not be moved. */
  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Error("the DuckDB session is closed");
    return this.#turns.take(async () => {
      if (this.#logFailure !== undefined) throw this.#logFailure;
      return work();
    });
  }

  /**
   * Moves the write-ahead log into the file when the log is long. DuckDB would do so within a commit: with the commit's
   * memory, and a failure would look like a failed commit. A failure here leaves the commit valid.
   */
  async #checkpoint(): Promise<void> {
    const log = statSync(`${this.#path}.wal`, { throwIfNoEntry: false });
    if (log === undefined || log.size < logBytesMax) return;
    try {
      await this.#connection.run(memoryLimit(memoryMegabytesForLog));
      await this.#connection.run(`checkpoint ${catalog}`).finally(() => this.#giveBack());
    } catch (error) {
      this.#logFailure = logError(error, this.#path);
    }
  }

  /** Does work that leaves nothing when it fails; again with half as much memory more when it had too little. */
  async #withRoom<T>(megabytesAtFirst: number, work: () => Promise<T>): Promise<T> {
    try {
      for (let megabytes = megabytesAtFirst; ; megabytes = more(megabytes)) {
        if (megabytes > this.#memoryMegabytes) await this.#connection.run(memoryLimit(megabytes));
        try {
          return await work();
        } catch (error) {
          if (!isOutOfMemory(error) || megabytes >= memoryMegabytesMax) throw error;
        } finally {
          if (megabytes > this.#memoryMegabytes) await this.#giveBack();
        }
      }
    } catch (error) {
      throw runError(error, this.#path);
    }
  }

  /** Lowers the limit again. Memory that can't be given back now is given back next time. */
  async #giveBack(): Promise<void> {
    await this.#connection.run(memoryLimit(this.#memoryMegabytes)).catch(() => undefined);
  }
}

/** Opens the file. An older format is raised to ours; a newer format stays, since it can't be lowered. */
async function attach(connection: DuckDBConnection, path: string): Promise<void> {
  const file = `attach ${text(path)} as ${catalog}`;
  const settings = `row_group_size ${rowsPerGroup}`;
  try {
    await connection.run(`${file} (${settings}, storage_version '${storageVersion}')`);
  } catch (error) {
    if (!/storage version .* cannot be lowered/.test(messageOf(error))) throw error;
    await connection.run(`${file} (${settings})`);
  }
}

function more(megabytes: number): number {
  return Math.ceil(megabytes * 1.5);
}

function memoryLimit(megabytes: number): string {
  return `set memory_limit = '${megabytes}MB'`;
}
