import type { DuckDBValue } from "@duckdb/node-api";
import { betweenModes, modesIn } from "../modes.ts";
import type { RawTableName } from "../raw-tables.ts";
import type { Coverage, StreamStatus } from "../warehouse.ts";
import type { DuckDbSession } from "./session.ts";
import { identifier } from "./sql.ts";

const loads = identifier("_loads");

/** What `_loads` says of the runs so far. Each row of it is of a complete load: rows and load are one transaction. */
export class DuckDbLoads {
  readonly #session: DuckDbSession;

  constructor(session: DuckDbSession) {
    this.#session = session;
  }

  async coverage(workspaceId: string, stream: RawTableName): Promise<Coverage> {
    const rows = await this.#session.rows(
      `select epoch(range_from), epoch(window_from), epoch(least(window_to, settled_to, _loaded_at)),
         epoch(least(window_to, _loaded_at)) from ${loads}
       where _workspace_id = $1 and stream = $2 and range_from is not null`,
      [workspaceId, stream],
    );
    const settled = rows
      .filter(([, from, to]) => from !== null && to !== null && Number(to) >= Number(from))
      .map(([, from, to]) => ({ from: Number(from), to: Math.floor(Number(to)) }));
    const rangeFrom = rows.length === 0 ? undefined : Math.min(...rows.map(([from]) => Number(from)));
    return { rangeFrom, settled };
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    const rows = await this.#session.rows(
      `select epoch(max(window_to)) from ${loads} where _workspace_id = $1 and stream = $2`,
      [workspaceId, stream],
    );
    return optionalNumber(rows[0]?.[0]);
  }

  async newestLoadMs(): Promise<number | undefined> {
    const [row] = await this.#session.rows(`select epoch_ms(max(_loaded_at)) from ${loads}`);
    return optionalNumber(row?.[0]);
  }

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    const rows = await this.#session.rows(
      `select arg_max(unseen_count, _loaded_at) from ${loads}
       where _workspace_id = $1 and stream = $2 and unseen_count is not null`,
      [workspaceId, stream],
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  async status(): Promise<readonly StreamStatus[]> {
    const rows = await this.#session.rows(statusSql);
    return rows.map(([workspaceId, stream, count, rejected, cursor, loadedAt, unseen, modes]) => ({
      workspaceId: String(workspaceId),
      stream: String(stream),
      rows: Number(count),
      rejected: Number(rejected),
      cursor: optionalNumber(cursor),
      lastLoadedAt: optionalNumber(loadedAt),
      unseen: Number(unseen),
      modes: modesIn(modes),
    }));
  }
}

/** The cursor of conversations or tickets is the end of the windows that follow each other without a gap, from the start of the range. */
const statusSql = `with loads as (
           select * from ${loads}
       ), ranges as (
           select _workspace_id, stream, min(range_from) as range_from from loads where range_from is not null group by all
       ), windows as (
           select _workspace_id, stream, window_from, window_to, max(window_to) over (
               partition by _workspace_id, stream order by window_from, window_to rows between unbounded preceding and 1 preceding
           ) as covered_before
           from loads where range_from is not null and window_from is not null
       ), runs as (
           select *, count_if(coalesce(window_from > covered_before + interval 1 second, false)) over (
               partition by _workspace_id, stream order by window_from, window_to rows between unbounded preceding and current row
           ) as gaps_before
           from windows
       ), unbroken as (
           select _workspace_id, stream, max(window_to) as window_to from runs join ranges using (_workspace_id, stream)
           where gaps_before = 0 group by all having min(window_from) <= min(ranges.range_from)
       )
       select loads._workspace_id, stream, sum(row_count), sum(rejected_count),
           epoch(if(max(range_from) is null, max(loads.window_to), any_value(unbroken.window_to))), epoch(max(_loaded_at)),
           coalesce(arg_max(unseen_count, _loaded_at), 0), string_agg(distinct coalesce(modes, ''), '${betweenModes}')
       from loads left join unbroken using (_workspace_id, stream) group by loads._workspace_id, stream order by loads._workspace_id, stream`;

function optionalNumber(value: DuckDBValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
