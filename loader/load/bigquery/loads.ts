import { isComplete } from "../../sql.ts";
import { betweenModes, modesIn } from "../modes.ts";
import type { RawTableName } from "../raw-tables.ts";
import type { Coverage, StreamStatus } from "../warehouse.ts";
import { type QueryContext, queryRows, type ResultRow } from "./query.ts";

/** What `_loads` says of the runs so far. @property loads its full name, or a query in its place */
export class BigQueryLoads {
  readonly #context: QueryContext;
  readonly #loads: string;

  constructor(context: QueryContext, loads: string) {
    this.#context = context;
    this.#loads = loads;
  }

  /** Windows are merged by BigQuery, so that years of small runs come back as a few rows. */
  async coverage(workspaceId: string, stream: RawTableName): Promise<Coverage> {
    const rows = await this.#rows(this.coverageSql(stream), workspaceId, `read what is covered of ${stream}`);
    const settled = rows.flatMap((row) => {
      const [from, to] = [numberOf(row["covered_from"]), numberOf(row["covered_to"])];
      return from === undefined || to === undefined ? [] : [{ from, to }];
    });
    const [first] = rows;
    return { rangeFrom: numberOf(first?.["range_from"]), settled };
  }

  coverageSql(stream: RawTableName): string {
    return `with loads as (
        select unix_seconds(range_from) as range_from, unix_seconds(window_from) as window_from,
            unix_seconds(least(window_to, _loaded_at)) as window_to,
            unix_seconds(least(window_to, settled_to, _loaded_at)) as settled_to
        from ${this.#loads}
        where _workspace_id = @workspace and stream = '${stream}' and ${isComplete} and range_from is not null
      ), ends as (
        select window_from, settled_to, max(settled_to) over (
            order by window_from, settled_to rows between unbounded preceding and 1 preceding
        ) as covered_before
        from loads where window_from is not null and settled_to >= window_from
      ), islands as (
        select window_from, settled_to, countif(covered_before is null or window_from > covered_before + 1) over (
            order by window_from, settled_to rows between unbounded preceding and current row
        ) as island
        from ends
      ), covered as (
        select min(window_from) as covered_from, max(settled_to) as covered_to from islands group by island
      ), range_start as (
        select min(range_from) as range_from from loads
      )
      select range_start.range_from as range_from, covered.covered_from as covered_from,
          covered.covered_to as covered_to
      from range_start left join covered on true
      order by covered.covered_from`;
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    const rows = await this.#rows(this.streamCursorSql(stream), workspaceId, `read the cursor of ${stream}`);
    return numberOf(rows[0]?.["window_to"]);
  }

  streamCursorSql(stream: RawTableName): string {
    return `select unix_seconds(max(window_to)) as window_to from ${this.#loads}
      where _workspace_id = @workspace and stream = '${stream}' and ${isComplete}`;
  }

  async newestLoadMs(): Promise<number | undefined> {
    const [row] = await this.#rows(this.newestLoadSql(), undefined, "read when the newest load was written");
    return numberOf(row?.["loaded_at_ms"]);
  }

  newestLoadSql(): string {
    return `select unix_millis(max(_loaded_at)) as loaded_at_ms from ${this.#loads} where ${isComplete}`;
  }

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    const rows = await this.#rows(this.unseenCountSql(stream), workspaceId, `read the counts of ${stream}`);
    return Number(rows[0]?.["unseen_count"] ?? 0);
  }

  unseenCountSql(stream: RawTableName): string {
    return `select unseen_count from ${this.#loads}
      where _workspace_id = @workspace and stream = '${stream}' and ${isComplete} and unseen_count is not null
      order by _loaded_at desc limit 1`;
  }

  async status(): Promise<readonly StreamStatus[]> {
    const rows = await this.#rows(this.statusSql(), undefined, "read the status");
    return rows.map((row) => ({
      workspaceId: String(row["workspace_id"]),
      stream: String(row["stream"]),
      rows: Number(row["row_count"]),
      rejected: Number(row["rejected_count"]),
      cursor: numberOf(row["window_to"]),
      lastLoadedAt: numberOf(row["loaded_at"]),
      unseen: Number(row["unseen_count"] ?? 0),
      modes: modesIn(row["modes"]),
    }));
  }

  /** The cursor of conversations or tickets is the end of the windows that follow each other without a gap, from the start of the range. */
  statusSql(): string {
    return `with loads as (
        select _workspace_id as workspace_id, stream, row_count, rejected_count, unseen_count, modes, range_from, window_from, window_to, _loaded_at
        from ${this.#loads} where ${isComplete}
      ), ranges as (
        select workspace_id, stream, min(range_from) as range_from from loads where range_from is not null
        group by workspace_id, stream
      ), windows as (
        select workspace_id, stream, window_from, window_to, max(window_to) over (
            partition by workspace_id, stream order by window_from, window_to rows between unbounded preceding and 1 preceding
        ) as covered_before
        from loads where range_from is not null and window_from is not null
      ), runs as (
        select workspace_id, stream, window_from, window_to, countif(window_from > timestamp_add(covered_before, interval 1 second)) over (
            partition by workspace_id, stream order by window_from, window_to rows between unbounded preceding and current row
        ) as gaps_before
        from windows
      ), unbroken as (
        select runs.workspace_id, runs.stream, max(runs.window_to) as window_to
        from runs join ranges on ranges.workspace_id = runs.workspace_id and ranges.stream = runs.stream
        where runs.gaps_before = 0
        group by runs.workspace_id, runs.stream having min(runs.window_from) <= min(ranges.range_from)
      )
      select loads.workspace_id, loads.stream, sum(loads.row_count) as row_count, sum(loads.rejected_count) as rejected_count,
          unix_seconds(if(max(loads.range_from) is null, max(loads.window_to), max(unbroken.window_to))) as window_to,
          unix_seconds(max(loads._loaded_at)) as loaded_at, coalesce(
            array_agg(loads.unseen_count ignore nulls order by loads._loaded_at desc limit 1)[safe_offset(0)], 0
          ) as unseen_count, string_agg(distinct coalesce(loads.modes, ''), '${betweenModes}') as modes
      from loads left join unbroken on unbroken.workspace_id = loads.workspace_id and unbroken.stream = loads.stream
      group by loads.workspace_id, loads.stream order by loads.workspace_id, loads.stream`;
  }

  #rows(sql: string, workspaceId: string | undefined, doing: string): Promise<readonly ResultRow[]> {
    return queryRows(this.#context, sql, {
      doing,
      ...(workspaceId === undefined ? {} : { parameters: { workspace: workspaceId } }),
    });
  }
}

function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
