import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MeasuredDesk, MeasuredTable } from "./measure.ts";
import { monthsOfHistory, newestMonths, now, Sizes, type Workspace } from "./scale.ts";

const table = (name: string, rows: number, rowsAfter = rows): MeasuredTable => ({
  name,
  rows,
  rowsAfter,
  isChanged: rowsAfter !== rows,
  vanished: 0,
  bytesOf: { id: 8 },
  monthsOf: { created_at: { "2026-06": rows / 2, "2026-05": rows / 4, "": rows / 4 } },
});

const small: MeasuredDesk = {
  conversations: 1000,
  changes: 10,
  tables: [
    table("raw.conversations", 1000, 1010),
    table("raw._loads", 20, 40),
    table("marts_staging.versions", 1000, 1010),
    table("marts.conversations", 1000, 1004),
    table("marts.almost", 1000),
    table("marts.accident", 900, 1010),
    table("marts.tags", 12),
    table("marts.tag_days", 500),
    table("marts_builds.changes", 2, 12),
  ],
};
const large: MeasuredDesk = {
  conversations: 4000,
  changes: 40,
  tables: [
    table("raw.conversations", 4000, 4040),
    table("raw._loads", 20, 40),
    table("marts_staging.versions", 4000, 4040),
    table("marts.conversations", 4000, 4011),
    table("marts.almost", 3500),
    table("marts.accident", 4000, 4040),
    table("marts.tags", 12),
    table("marts.tag_days", 1000),
    table("marts_builds.changes", 2, 42),
  ],
};
const workspace: Workspace = { conversations: 1_000_000, changesADay: 10_000, daysSynced: 365 };

const tables = {
  partitionColumns: new Map([["test.marts.conversations", "created_at"]]),
  copied: new Set(["test.marts.conversations__dbt_tmp456"]),
  recordedAt: Date.UTC(2027, 0, 15, 9) / 1000,
};
const sizesOf = (of: Partial<Workspace> = {}): Sizes => new Sizes([small, large], { ...workspace, ...of }, tables);

describe("the size of a table in a larger workspace", () => {
  const rowsOf = (name: string, of: Partial<Workspace> = {}): number => sizesOf(of).of(`test.${name}`).rows;

  it("grows with the conversations where two desks show it", () => {
    assert.equal(rowsOf("marts.conversations"), 1_000_000);
    assert.equal(rowsOf("marts.conversations", { conversations: 10_000_000 }), 10_000_000);
  });

  it("grows with the conversations where it almost does", () => {
    assert.equal(rowsOf("marts.almost"), 3500 * 250);
  });

  it("grows with time alone where both desks have as many rows", () => {
    assert.equal(rowsOf("marts.tags"), 24);
    assert.equal(rowsOf("marts.tags", { conversations: 10_000_000 }), 24);
  });

  it("grows by the measured power in between", () => {
    // Twice the rows for four times the conversations: the square root.
    assert.equal(Math.round(rowsOf("marts.tag_days")), Math.round(1000 * 250 ** 0.5 * 2 ** 0.5));
  });

  it("has, of a raw table, a version for each change that was synced", () => {
    assert.equal(rowsOf("raw.conversations", { daysSynced: 0 }), 1_000_000);
    assert.equal(rowsOf("raw.conversations"), 1_000_000 + 365 * 10_000);
  });

  it("has, of a table that keeps a row for each row of a raw table, as many", () => {
    assert.equal(rowsOf("marts_staging.versions"), rowsOf("raw.conversations"));
  });

  it("has no versions where it has as many rows as a raw table in one desk alone", () => {
    assert.equal(rowsOf("marts.accident"), 1_000_000);
  });

  it("has as many loads a day as there are runs, whatever the size", () => {
    assert.equal(rowsOf("raw._loads"), 20 * 2 + 365 * 20 * 24);
  });

  it("has a month of changes in what builds record of them, up to the day of the builds", () => {
    const { rows, partitions } = sizesOf().of("test.marts_builds.changes");
    assert.ok(rows >= 30 * 10_000 && rows < 31 * 10_000);
    assert.equal(partitions?.column, "changed_on");
    assert.equal(partitions?.parts[0]?.stretch?.from, Date.UTC(2027, 0, 15) / 1000);
  });

  it("has, of the new rows that dbt merges, those of an hour's changes", () => {
    assert.equal(Math.round(rowsOf("marts.conversations__dbt_tmp123")), Math.round(10_000 / 24));
  });

  it("has all rows where the new rows take the place of the table", () => {
    assert.equal(rowsOf("marts.conversations__dbt_tmp456"), 1_000_000);
  });

  it("is an error for a table that no desk has", () => {
    assert.throws(() => rowsOf("marts.nothing"), /no size is known of the table marts.nothing/);
  });
});

describe("the partitions of a table in a larger workspace", () => {
  it("are two months for each measured one, up to now", () => {
    const parts = sizesOf().of("test.marts.conversations").partitions?.parts ?? [];
    const shareOf = (from: number | undefined) => parts.find(({ stretch }) => stretch?.from === from)?.share;
    assert.equal(shareOf(Date.UTC(2026, 5) / 1000), 0.25);
    assert.equal(shareOf(Date.UTC(2026, 4) / 1000), 0.25);
    assert.equal(shareOf(Date.UTC(2026, 2) / 1000), 0.125);
    assert.equal(parts.find(({ stretch }) => stretch === null)?.share, 0.25);
  });

  it("are, of a raw table, the days on which it was loaded: the first sync, then a day's changes each", () => {
    const { partitions, rows } = sizesOf().of("test.raw.conversations");
    assert.equal(partitions?.column, "_loaded_at");
    const [today] = partitions?.parts ?? [];
    assert.equal(today?.stretch?.from, Math.floor(now / 86_400) * 86_400);
    assert.equal(Math.round((today?.share ?? 0) * rows), 10_000);
    assert.equal(Math.round((partitions?.parts.at(-1)?.share ?? 0) * rows), 1_000_000);
  });
});

it("the newest months are those of the generator's clock", () => {
  assert.deepEqual(newestMonths(3), ["2026-06", "2026-05", "2026-04"]);
  assert.equal(new Set(newestMonths(monthsOfHistory)).size, monthsOfHistory);
});
