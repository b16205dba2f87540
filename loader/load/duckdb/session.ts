import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { messageOf } from "../../errors.ts";
import { Turns } from "../turns.ts";
import { checkFile, isHeld, isOutOfMemory, logError, openError, removeUnfinished, runError } from "./errors.ts";
import { overflowFolder, removeOverflow } from "./overflow.ts";
import { catalog, text } from "./sql.ts";

/** DuckDB's own share of memory: what it has read stays in it. */
const memoryMegabytes = 28;
/**
 * What storing a load takes: 32 for the reader of JSON, whatever the file's size, the rest for rows that wait to be compressed.
 * Usual loads went through with 48.
 */
const memoryMegabytesForCommit = 64;
/** A load of very long threads, or one body of many megabytes, needs more, for once. */
const memoryMegabytesMax = 2048;
/** The write-ahead log is moved into the file when it is this long, with this much memory: until then its rows stay in memory. */
const logBytesMax = 4 * 2 ** 20;
const memoryMegabytesForLog = 128;
/** What a killed run has left in the log may be longer. */
const memoryMegabytesForOpening = 256;
/** A reader replays the log into memory too, and has no disk to put anything on. */
const memoryMegabytesForReading = 512;
/** Rows are compressed this many at a time, all columns in memory: with DuckDB's own 122,880 that is hundreds of megabytes. */
export const rowsPerGroup = 8192;
/**
 * The format of the file. It is the first that has zstd, with which the file is a quarter as large, in less time than writing
 * the rest would take. A DuckDB before 1.2 can't open it.
 */
const storageVersion = "v1.2.0";
const threads = "1";

export type DuckDbOptions = {
  readonly path: string;
  readonly rawDataset: string;
  readonly stateDirectory: string;
  /** Memory that each operation has at first; that of a sync unless told. */
  readonly memoryMegabytes?: number;
};

/**
 * A DuckDB file, open for writing in little memory: what needs more gets more, for as long as it takes.
 *
 * States: *open* (operations are queued), *closing* (`close` was called: what is queued is still done, more is refused),
 * *closed*. The connection has one transaction and one memory limit, so operations take turns. One turn holds a whole
 * script with its rollback, or a read to its last row, and every change of the limit for it.
 *
 * Errors: ConfigError when another process holds the file or it is no DuckDB file; WarehouseError for the rest.
 */
export class DuckDbSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #path: string;
  readonly #memoryMegabytes: number;
  readonly #turns = new Turns();
  #closing: Promise<void> | undefined;
  /** Why the log could not be moved into the file after a commit. The commit stands; the next operation fails with this. */
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
      await mkdir(dirname(options.path), { recursive: true });
      const overflow = await overflowFolder(options.stateDirectory, options.path);
      const instance = await DuckDBInstance.create(":memory:", {
        threads,
        memory_limit: `${memoryMegabytesForOpening}MB`,
        wal_autocheckpoint: "1TB", // see #checkpoint
        preserve_insertion_order: "false",
        // A checkpoint would merge the small row groups of many loads, which takes 80 MB and most of the checkpoint's time.
        max_vacuum_tasks: "0",
        temp_directory: overflow,
        // Give freed memory back at once: it would be kept for later, and there is no later.
        allocator_flush_threshold: "4MB",
        allocator_bulk_deallocation_flush_threshold: "4MB",
      });
      const connection = await instance.connect();
      await attach(connection, options.path).catch(async (error: unknown) => {
        if (isHeld(error, options.path) || !(await removeUnfinished(options.path))) throw error;
        await attach(connection, options.path);
      });
      await removeOverflow(options.stateDirectory, options.path, overflow);
      const megabytes = options.memoryMegabytes ?? memoryMegabytes;
      await connection.run(memoryLimit(megabytes));
      return new DuckDbSession(instance, connection, options.path, megabytes);
    } catch (error) {
      throw await openError(error, options);
    }
  }

  /**
   * Opens the file to read it, also one that this user may not write; with what is only in its log so far. Nothing is
   * made or changed, on disk.
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
   * An entry of a map from each row of an answer that may be long: its rows become values 2,048 at a time. Not by `stream`,
   * of which a result that was let go of after the file was closed crashed the process now and then.
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
   * All of the statements, or none. They go to DuckDB in one piece: it would wait between them, each time for as long as
   * this thread takes for everything else that has come in.
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
   * Waits for what is queued, moves the rest of the log into the file, and lets go of it. Again: the same promise.
   * Errors: WarehouseError when the log could not be moved after an earlier commit; the file is closed all the same.
   * @param last a statement that is run before the file is closed, whether or not it goes well
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

  /** Errors: Error when the session is closed; WarehouseError of a log that could not be moved. */
  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Error("the DuckDB session is closed");
    return this.#turns.take(async () => {
      if (this.#logFailure !== undefined) throw this.#logFailure;
      return work();
    });
  }

  /**
   * Moves the write-ahead log into the file once it is long. DuckDB would do so within a commit, where a failure could
   * not be told from that of the commit, and with the commit's memory. A failure here leaves the commit what it is.
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

  /** Does something that leaves nothing when it fails; again with half as much memory more as long as it has too little. */
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

  /** What can't be given back now is given back next time. */
  async #giveBack(): Promise<void> {
    await this.#connection.run(memoryLimit(this.#memoryMegabytes)).catch(() => undefined);
  }
}

/** A file in an older format is brought to ours; one in a newer format keeps its own, which can't be lowered. */
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
