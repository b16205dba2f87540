import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { dialect } from "../../loader/load/duckdb/sql.ts";
import { rawTables } from "../../loader/load/raw-tables.ts";
import { columnsOfIds, rawRemovals } from "../../loader/purge/removals-sql.ts";
import { PurgeSql } from "../../loader/purge/sql.ts";
import { keptTables, type StoredTable } from "../../loader/purge/tables.ts";
import { repository } from "../tools/repository.ts";

// A table with people's data that nobody thought of would keep a purged person.

/** Raw tables with people's data that keep all rows: of teammates, or of no single person. docs/purge.md says why. */
const keptWithPeople = ["activity_logs", "admins", "company_notes"];
/** Built tables with teammates' names alone. */
const builtOfTeammates = [
  "articles",
  "int_teammates",
  "stg_intercom__admins",
  "stg_intercom__teammate_names",
  "teammate_daily",
  "teammate_metrics",
  "teammate_windows",
  "teammates",
];
/** Wordings that enough customers share, with quotes: the build that follows a purge makes these tables again. */
const madeAgain = ["feedback_phrases", "int_frequent_phrases", "int_phrase_figures"];
/** Columns with the id of what a row of a raw table belongs to. */
const ownerColumns = ["contact_id", "conversation_id", "ticket_id"];

type Described = { readonly name: string; readonly columns: ReadonlySet<string>; readonly hasPeople: boolean };
type Column = {
  readonly name: string;
  readonly meta?: { readonly pii?: boolean };
  readonly config?: { readonly meta?: { readonly pii?: boolean } };
};
type Table = { readonly name: string; readonly columns?: readonly Column[] };
type Properties = {
  readonly models?: readonly Table[];
  readonly sources?: readonly { readonly tables: readonly Table[] }[];
};

const properties = globSync(join(repository, "models/**/*.yml")).map(
  (path) => (parse(readFileSync(path, "utf8")) ?? {}) as Properties,
);
const models = properties.flatMap((each) => each.models ?? []).map(described);
const sources = properties.flatMap((each) => (each.sources ?? []).flatMap(({ tables }) => tables)).map(described);

function described({ name, columns = [] }: Table): Described {
  const isPii = ({ meta, config }: Column): boolean => meta?.pii === true || config?.meta?.pii === true;
  return { name, columns: new Set(columns.map((column) => column.name)), hasPeople: columns.some(isPii) };
}

const removedFrom = rawRemovals(
  dialect,
  (name) => name,
  () => true,
  "plan",
).map(({ table }) => String(table));

test("each raw table is one that a purge removes rows from, or one that keeps its rows for a reason", () => {
  const named = [...removedFrom, ...Object.keys(keptTables)];
  assert.deepEqual(named.toSorted(), rawTables.map(({ name }) => String(name)).toSorted());
});

test("a raw table with people's data, or with an owner, loses their rows", () => {
  const withPeople = sources.filter(({ hasPeople }) => hasPeople).map(({ name }) => name);
  assert.ok(withPeople.length > 12, withPeople.join(", "));
  assert.deepEqual(withPeople.filter((name) => !removedFrom.includes(name)).toSorted(), keptWithPeople);
  const owned = rawTables.filter(({ columns }) => columns.some(({ name }) => ownerColumns.includes(name)));
  assert.ok(owned.length > 6);
  assert.deepEqual(
    owned.filter(({ name }) => !removedFrom.includes(name)).map(({ name }) => name),
    [],
  );
});

test("a built table with people's data has a column by which a purge finds their rows", () => {
  const withPeople = models.filter(({ hasPeople }) => hasPeople);
  assert.ok(withPeople.length > 30, String(withPeople.length));
  const isFound = ({ name, columns }: Described): boolean => removalsOf({ schema: "intercom", name, columns }) > 0;
  const lost = withPeople.filter((model) => !isFound(model)).map(({ name }) => name);
  assert.deepEqual(lost.toSorted(), [...builtOfTeammates, ...madeAgain].sort());
});

test("a table that keeps its rows because they are ids has no people's data", () => {
  const kept = models.filter(({ columns }) => columnsOfIds.some((column) => columns.has(column)));
  assert.deepEqual(kept.map(({ name }) => name).toSorted(), [
    "int_ticket_link_sights",
    "int_ticket_links",
    "int_ticket_own_link_sights",
    "stg_intercom__deleted_conversations",
    "stg_intercom__deleted_tickets",
  ]);
  assert.deepEqual(
    kept.filter(({ hasPeople }) => hasPeople),
    [],
  );
});

test("a built table with the id of a conversation, a ticket or a contact has that id in a column that a purge knows", () => {
  const isPersonal = (column: string): boolean =>
    /^(.*_)?(conversation|ticket|contact|conversation_part|ticket_part)_id$/.test(column);
  const unknown = models
    .filter(({ columns }) => [...columns].some(isPersonal) && !columnsOfIds.some((column) => columns.has(column)))
    .filter(({ name, columns }) => removalsOf({ schema: "intercom", name, columns }) === 0);
  assert.deepEqual(
    unknown.map(({ name }) => name),
    [],
  );
});

/** How many removals there are from a built table. */
function removalsOf(table: StoredTable): number {
  return new PurgeSql(dialect, "intercom_raw", [table]).removals("plan").length;
}
