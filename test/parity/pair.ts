import { copyFile } from "node:fs/promises";
import { realEffects } from "../../loader/effects.ts";
import { BigQueryWarehouse } from "../../loader/load/bigquery/warehouse.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import type { Warehouse } from "../../loader/load/warehouse.ts";
import { readSyncOptions } from "../../loader/sync/options.ts";
import { Progress } from "../../loader/sync/progress.ts";
import { sync } from "../../loader/sync.ts";
import { Engine } from "./engine.ts";

/** An Intercom to sync from. */
type Origin = { readonly url: string; readonly token: string };

/** Both engines, and a loader that stores every load in both: what differs afterwards, differs in the models. */
export class Pair {
  readonly duckDb: Engine;
  readonly bigQuery: Engine;

  private constructor(duckDb: Engine, bigQuery: Engine) {
    this.duckDb = duckDb;
    this.bigQuery = bigQuery;
  }

  static async create(emulatorHost: string, suffix: string): Promise<Pair> {
    const duckDb = await Engine.create("duckdb", emulatorHost, suffix);
    return new Pair(duckDb, await Engine.create("bigquery", emulatorHost, suffix));
  }

  /** One run of the loader over all streams. Throws what ended it early. */
  async sync(origin: Origin): Promise<void> {
    const { config } = this.duckDb;
    const { rawDataset, duckdbPath: path, stateDirectory } = config;
    const copies = await this.#openBigQuery();
    try {
      const summary = await sync({
        config: { ...config, baseUrl: origin.url },
        accessToken: origin.token,
        options: readSyncOptions({}),
        effects: realEffects(() => undefined),
        progress: new Progress(),
        openWarehouse: async () =>
          storingInBoth(await DuckDbWarehouse.open({ path, rawDataset, stateDirectory }), copies),
        signal: new AbortController().signal,
      });
      if (summary.error !== undefined) throw summary.error;
    } finally {
      await copies.close();
    }
  }

  async remove(): Promise<void> {
    await this.duckDb.remove();
    await this.bigQuery.remove();
  }

  async #openBigQuery(): Promise<BigQueryWarehouse> {
    const { bigQuery: connection, rawDataset, stateDirectory } = this.bigQuery.config;
    const warehouse = await BigQueryWarehouse.open({
      connection,
      rawDataset,
      stateDirectory,
      effects: realEffects(() => undefined),
      onRefused: (stream, id) => {
        throw new Error(`BigQuery refused ${stream} ${id}`);
      },
    });
    await warehouse.prepare();
    return warehouse;
  }
}

/** Reads from the first, stores in both. */
function storingInBoth(duckDb: Warehouse, bigQuery: Warehouse): Warehouse {
  // All but `commit` is the first one's: a list of its methods would be one to keep up.
  return new Proxy(duckDb, {
    get(target, name) {
      if (name === "commit") return commit;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

  async function commit(load: Parameters<Warehouse["commit"]>[0]): Promise<void> {
    const files = load.files.map((file) => ({ ...file, path: `${file.path}.copy` }));
    for (const [index, file] of files.entries()) await copyFile(load.files[index]?.path ?? "", file.path);
    await duckDb.commit(load);
    await bigQuery.commit({ ...load, files });
  }
}
