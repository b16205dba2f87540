import type { Named } from "./plan-sql.ts";
import type { BuiltTable, PurgeSql, Removal } from "./sql.ts";

/** The table in the raw schema that a purge keeps its plan in until it is through. */
export const planTable = "_purge";
/** Where the plan is until anything is removed, which is never the case of a dry run: its name, or what that begins with. */
export const previewTable = "_purge_preview";

/**
 * What a purge asks of a warehouse. One process at a time has it open; removing twice is as removing once.
 * Errors: ConfigError when another process has it or it is not there; WarehouseError.
 */
export interface PurgeStore {
  readonly sql: PurgeSql;
  /** Full names of the two tables above. */
  readonly plan: string;
  readonly preview: string;
  /** Every table (no views) of the raw schema, the marts and what is below them. */
  tables(): Promise<readonly BuiltTable[]>;
  /** A query's rows, their columns in its order. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** Makes the preview: the plan for what is named, and of a purge that was stopped if there is one. */
  makePreview(named: Named, isUnfinished: boolean): Promise<void>;
  dropPreview(): Promise<void>;
  /** Makes the preview the plan. From here on a purge that is stopped is finished by the next. */
  keepPlan(): Promise<void>;
  remove(removal: Removal): Promise<void>;
  /** Forgets the plan, and sees to it that nothing of what was removed is left. Returns what there is to say of it. */
  finish(): Promise<readonly string[]>;
  close(): Promise<void>;
}
