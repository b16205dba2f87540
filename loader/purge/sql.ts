import { purgedReason, type SqlDialect } from "../sql.ts";
import { PurgeFindingsSql } from "./findings-sql.ts";
import { copiedRowsSql, sourcesSql } from "./kept-sql.ts";
import { type Named, planQuery, type Unfinished } from "./plan-sql.ts";
import { isToldOf, isToldOfOld } from "./planned-sql.ts";
import { type PurgeRecord, recordings } from "./recordings-sql.ts";
import { contactTextsOf, isBuiltOf, rawRemovals } from "./removals-sql.ts";
import type { PlanQuery, Removal } from "./store.ts";
import type { IsThere, PurgedTable, StoredTable } from "./tables.ts";

/** The statements of a purge, by its plan. */
export class PurgeSql {
  /** What a purge says beside what it removes. */
  readonly findings: PurgeFindingsSql;
  readonly #dialect: SqlDialect;
  readonly #rawDataset: string;
  readonly #tables: readonly StoredTable[];

  /** @param tables the tables that are there */
  constructor(dialect: SqlDialect, rawDataset: string, tables: readonly StoredTable[]) {
    this.#dialect = dialect;
    this.#rawDataset = rawDataset;
    this.#tables = tables;
    this.findings = new PurgeFindingsSql(dialect, this.#raw, this.#isThere);
  }

  plan(named: Named, unfinished: Unfinished | undefined): PlanQuery {
    return planQuery(this.#dialect, this.#raw, this.#isThere, named, unfinished);
  }

  /** What is to go of the tables that are there: of built tables first, `_activations` last. */
  removals(plan: string): readonly Removal[] {
    const built = this.#tables.flatMap((table) => {
      if (table.schema === this.#rawDataset) return [];
      const where = isBuiltOf(this.#raw, plan, table);
      const texts = contactTextsOf(this.#raw, plan, table);
      return [
        ...(where === undefined ? [] : [this.#removal(table.schema, table.name, undefined, where)]),
        ...(texts === undefined ? [] : [this.#removal(table.schema, table.name, texts.assignments, texts.where)]),
      ];
    });
    const raw = rawRemovals(this.#dialect, this.#raw, this.#isThere, plan)
      .filter(({ table }) => this.#isThere(table))
      .map(({ table, assignments, where }) => this.#removal(this.#rawDataset, table, assignments, where));
    return [...built, ...raw];
  }

  #removal(schema: string, table: string, assignments: string | undefined, where: string): Removal {
    const name = this.#dialect.table(schema, table);
    const statement = (condition?: string): string => {
      const rows = condition === undefined ? where : `(${condition}) and (${where})`;
      return assignments === undefined
        ? `delete from ${name} as each_row where ${rows}`
        : `update ${name} as each_row set ${assignments} where ${rows}`;
    };
    return { schema, table, assignments, where, statement };
  }

  /** Events that a destination was sent, or may have been sent, and that no purge has named yet. */
  told(plan: string): string {
    return `with steps as (
        select each_row.destination, each_row.target, each_row.event_uuid, each_row.step, each_row.state,
          each_row.distinct_id, each_row.sent_id, each_row.reason, each_row._loaded_at,
          case when ${isToldOfOld(plan)} then 1 else 0 end as is_old
        from ${this.#raw("_activations")} as each_row where ${isToldOf(plan)}
      ), newest as (
        select destination, target, event_uuid, step, state, reason from steps where true
        qualify row_number() over (partition by destination, target, event_uuid order by step desc, _loaded_at desc) = 1
      )
      select newest.destination as destination, newest.target as target, newest.event_uuid as event_uuid,
        max(steps.distinct_id) as distinct_id, max(steps.sent_id) as sent_id, min(steps.is_old) as is_old
      from newest inner join steps
        on steps.destination = newest.destination and steps.target = newest.target and steps.event_uuid = newest.event_uuid
      where coalesce(newest.reason, '') <> '${purgedReason}' and coalesce(steps.reason, '') <> '${purgedReason}'
        and (steps.state = 'confirmed' or newest.state = 'sent')
      group by newest.destination, newest.target, newest.event_uuid
      order by 1, 2, 4, 3`;
  }

  /** The number of rows of each removal, in their order: position, rows. */
  counts(removals: readonly Removal[]): string {
    const each = removals.map(
      ({ schema, table, where }, position) =>
        `select ${position} as position, count(*) as going from ${this.#dialect.table(schema, table)} as each_row where ${where}`,
    );
    return `${each.join("\nunion all\n")} order by position`;
  }

  /** How much is planned: kind, is_alive, rule, number. */
  sizes(plan: string): string {
    return `select kind, is_alive, rule, count(*) as planned from ${plan} group by kind, is_alive, rule order by kind, is_alive, rule`;
  }

  /** The records that stay without their texts: kind, workspace_id, id. */
  kept(plan: string): string {
    return `select kind, workspace_id, id from ${plan} where kind in ('kept conversation', 'kept ticket', 'kept call')`;
  }

  /** The loads of their rows with texts: workspace_id, load_id, loaded_on. */
  sources(plan: string): string {
    return sourcesSql(this.#dialect, this.#raw, this.#isThere, plan);
  }

  /** Rows of them that have a copy: name of the table, workspace_id, owner, id, fetched_at (2026-01-31 10:00:00). */
  copied(plan: string): string {
    return copiedRowsSql(this.#dialect, this.#raw, this.#isThere, plan);
  }

  /** What `_purged` gets of a plan, before anything is removed. */
  recordings(plan: string, purge: PurgeRecord): readonly string[] {
    return recordings(this.#dialect, this.#raw, this.#isThere, plan, purge);
  }

  readonly #isThere: IsThere = (name) =>
    this.#tables.some((table) => table.schema === this.#rawDataset && table.name === name);

  readonly #raw = (name: PurgedTable): string => {
    const table = this.#dialect.table(this.#rawDataset, name);
    if (name !== "_loads" || this.#hasModes()) return table;
    // Loads of an earlier version left nothing out.
    return `(select *, cast(null as ${this.#dialect.textType}) as modes from ${table})`;
  };

  #hasModes(): boolean {
    const loads = this.#tables.find((table) => table.schema === this.#rawDataset && table.name === "_loads");
    return loads?.columns.has("modes") !== false;
  }
}
