import type { MeasuredDesk, MeasuredTable } from "./measure.ts";
import type { Part, Partitions, TableSize } from "./price.ts";
import type { Recording } from "./statements.ts";

/** A workspace that the bill is for. */
export type Workspace = {
  readonly conversations: number;
  readonly changesADay: number;
  /** The days for which the sync has stored changes, after all that was there was stored once. */
  readonly daysSynced: number;
};

/** What the statements say of tables. */
export type RecordedTables = Pick<Recording, "partitionColumns" | "copied" | "recordedAt">;

/** The generator's clock: 2026-06-30 18:00 UTC. */
export const now = Date.UTC(2026, 5, 30, 18) / 1000;
export const monthsOfHistory = 36;
export const hoursADay = 24;
const secondsPerDay = 86_400;
/** The generator's desk is half as old: each of its months stands for two. */
const monthsPerMeasuredMonth = 2;
/** Rows that grow at least so (as a power of the conversations) are in proportion to them; others grow as measured. */
const proportionalPower = 0.85;
const constantPower = 0.05;
const temporary = /__dbt_tmp\w*$/;
/** What builds record of changes, for the days that `change_days_kept` says. */
const changesRecord = "marts_builds.changes";
const changeDaysKept = 30;

/**
 * The size of each table in a workspace, from two measured desks of different sizes: rows grow by the power of the conversations that the
 * two desks show, and bytes a row stay. Rows that do not grow with the conversations grow with time. A raw table also has the versions
 * that a day's sync of the larger desk stored, as many a changed conversation; a table that had as many rows as a raw table in
 * both desks, before and after, grows as that one does.
 */
export class Sizes {
  readonly #small: ReadonlyMap<string, MeasuredTable>;
  readonly #large: MeasuredDesk;
  readonly #workspace: Workspace;
  readonly #tables: RecordedTables;
  readonly #conversationsRatio: number;
  readonly #measuredRatio: number;

  constructor(desks: readonly [MeasuredDesk, MeasuredDesk], workspace: Workspace, tables: RecordedTables) {
    const [small, large] = desks;
    this.#small = new Map(small.tables.map((table) => [table.name, table]));
    this.#large = large;
    this.#workspace = workspace;
    this.#tables = tables;
    this.#conversationsRatio = workspace.conversations / large.conversations;
    this.#measuredRatio = large.conversations / small.conversations;
  }

  /** @param relation `project.dataset.table`. Errors: a table that no desk has. */
  of(relation: string): TableSize {
    const name = relation.slice(relation.indexOf(".") + 1);
    const table = this.#measured(name.replace(temporary, ""));
    const bytesOf = new Map(Object.entries(table.bytesOf));
    if (temporary.test(name) && !this.#tables.copied.has(relation))
      return { rows: this.#rowsOfAnHour(table), bytesOf, partitions: undefined };
    if (name === changesRecord) {
      const daily = this.#rowsOfADay(table);
      const days = Math.min(changeDaysKept, this.#workspace.daysSynced);
      return {
        rows: daily * days,
        bytesOf,
        partitions: this.#days("changed_on", 0, daily, days, this.#tables.recordedAt),
      };
    }
    const once = this.#rowsOnce(table);
    const raw = this.#rawTwin(table);
    const daily = raw === undefined ? 0 : this.#rowsOfADay(raw);
    const rows = once + daily * this.#workspace.daysSynced;
    if (name.startsWith("raw."))
      return { rows, bytesOf, partitions: this.#days("_loaded_at", once, daily, this.#workspace.daysSynced) };
    return { rows, bytesOf, partitions: monthsOf(table, this.#tables.partitionColumns.get(relation)) };
  }

  #measured(name: string): MeasuredTable {
    const table = this.#large.tables.find((each) => each.name === name);
    if (table === undefined) throw new Error(`no size is known of the table ${name}`);
    return table;
  }

  /** The rows when everything was stored once. */
  #rowsOnce(table: MeasuredTable): number {
    const power = this.#power(table);
    return table.rows * this.#conversationsRatio ** power * monthsPerMeasuredMonth ** (1 - power);
  }

  #power({ name, rows }: MeasuredTable): number {
    const before = this.#small.get(name)?.rows ?? 0;
    if (before === 0 || rows === 0) return 1;
    const power = Math.log(rows / before) / Math.log(this.#measuredRatio);
    if (power >= proportionalPower) return 1;
    return power <= constantPower ? 0 : power;
  }

  /** The raw table that this one is, or has a row for each row of. */
  #rawTwin({ name, rows, rowsAfter }: MeasuredTable): MeasuredTable | undefined {
    if (rowsAfter <= rows) return undefined;
    const before = this.#small.get(name);
    return this.#large.tables.find((raw) => {
      const smallRaw = this.#small.get(raw.name);
      const isTwin = raw.rows === rows && raw.rowsAfter === rowsAfter;
      return (
        raw.name.startsWith("raw.") &&
        isTwin &&
        smallRaw?.rows === before?.rows &&
        smallRaw?.rowsAfter === before?.rowsAfter
      );
    });
  }

  /** What a day's sync adds to a raw table: so much a run where desks of all sizes add the same, else so much a change. */
  #rowsOfADay(raw: MeasuredTable): number {
    const small = this.#small.get(raw.name);
    const added = raw.rowsAfter - raw.rows;
    if (small !== undefined && small.rowsAfter - small.rows === added)
      return raw.name === "raw._loads" ? added * hoursADay : added;
    return (added / this.#large.changes) * this.#workspace.changesADay;
  }

  /** The new rows of a table in an hour: those of the conversations that changed, or of two days. */
  #rowsOfAnHour(table: MeasuredTable): number {
    const share = this.#workspace.changesADay / hoursADay / this.#workspace.conversations;
    const days = 2 / ((monthsOfHistory * 365) / 12);
    return this.#rowsOnce(table) * (this.#power(table) === 1 ? share : Math.max(share, days));
  }

  /** The days on which rows were stored: all that was there on one of them, and each day's changes since, up to the day of `newest`. */
  #days(column: string, once: number, daily: number, days: number, newest = now): Partitions {
    const total = Math.max(once + daily * days, 1);
    const today = Math.floor(newest / secondsPerDay) * secondsPerDay;
    const dayAgo = (day: number, rows: number): Part => {
      const from = today - day * secondsPerDay;
      return { stretch: { from, to: from + secondsPerDay }, share: rows / total };
    };
    const parts = Array.from({ length: days }, (_, day) => dayAgo(day, daily));
    return { column, parts: [...parts, dayAgo(days, once)] };
  }
}

function monthsOf(table: MeasuredTable, column: string | undefined): Partitions | undefined {
  if (column === undefined) return undefined;
  const months = Object.entries(table.monthsOf[column] ?? {});
  const total = months.reduce((sum, [, rows]) => sum + rows, 0);
  const parts = months.flatMap(([month, rows]): Part[] => {
    if (month === "") return [{ stretch: null, share: rows / total }];
    const age = ageOf(month) * monthsPerMeasuredMonth;
    return [age, age + 1].map((each) => ({ stretch: monthAgo(each), share: rows / total / monthsPerMeasuredMonth }));
  });
  return { column, parts };
}

/** How many months ago a month (`2026-06`) was. */
function ageOf(month: string): number {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const at = new Date(now * 1000);
  return (at.getUTCFullYear() - year) * 12 + at.getUTCMonth() + 1 - number;
}

function monthAgo(age: number): { readonly from: number; readonly to: number } {
  const at = new Date(now * 1000);
  const begin = (months: number): number => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months) / 1000;
  return { from: begin(age), to: begin(age - 1) };
}

/** The newest months, as dbt's questions are answered: `2026-06`. */
export function newestMonths(count: number): readonly string[] {
  return Array.from({ length: count }, (_, age) => new Date(monthAgo(age).from * 1000).toISOString().slice(0, 7));
}
