import { completeStatus } from "../sql.ts";
import type { FinishedLoad, LoadRecord } from "./open-load.ts";
import type { RawRow } from "./raw-tables.ts";

/** The rows of `_loads` that make a load count. @param records what was stored of each stream, where some rows were refused */
export function loadRowsOf(load: FinishedLoad, records: readonly LoadRecord[] = load.records): readonly RawRow[] {
  return records.map((record) => ({
    _load_id: load.id,
    _workspace_id: load.workspaceId,
    run_id: load.runId,
    ...record,
    status: completeStatus,
    _loaded_at: load.loadedAt,
  }));
}
