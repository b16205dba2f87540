import assert from "node:assert/strict";
import { chmodSync, chownSync, linkSync, statSync } from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { run, setUp } from "./run.ts";

/** Other content that the file may have. Rewriting must neither fail on it nor lose it. */
const own: readonly string[] = [
  "create schema own",
  // Its name sorts before the name of the table that it refers to.
  "create table own.parents (id int primary key, name varchar)",
  "create table own.children (id int references own.parents(id), twice int generated always as (id * 2), born int default 7)",
  "insert into own.parents values (1, 'one'), (2, 'two')",
  "insert into own.children (id) values (1), (2)",
  "create index on_name on own.parents (lower(name))",
  "create sequence own.numbers start 5",
  "create table own.numbered (number int default nextval('own.numbers'), word varchar)",
  "insert into own.numbered (word) values ('first'), ('second')",
  "create type own.mood as enum ('good', 'poor')",
  "create table own.moods (mood own.mood)",
  "insert into own.moods values ('poor')",
  "create macro own.plus_one(number) as number + 1",
  "create view own.later as select own.plus_one(number) as number from own.numbered",
  "create view own.earlier as select * from own.later",
  `create schema "odd ""one"""`,
  `create table "odd ""one"""."a ""table""" ("select" int, "c.d" int)`,
  `insert into "odd ""one"""."a ""table""" values (1, 2)`,
  "create schema fresh",
  "create table fresh.warehouse (id int)",
  "create view own.broken as select * from fresh.warehouse",
  "drop table fresh.warehouse",
  "comment on column own.parents.name is 'What they are called.'",
  "comment on view own.later is 'One more.'",
];

test("other content of the file survives: keys between tables, generated columns, sequences, types, macros, views on views", async (context) => {
  const config = await setUp(context, own);
  const held = `select 'child' as kind, concat_ws(' ', id, twice, born) as held from own.children
    union all select 'parent', id || name from own.parents where lower(name) = 'two'
    union all select 'view', number::varchar from own.earlier
    union all select 'mood', mood::varchar from own.moods
    union all select 'odd', concat("select", "c.d") from "odd ""one"""."a ""table"""
    union all select 'index', sql from duckdb_indexes()
    union all select 'constraint', constraint_text from duckdb_constraints()
    union all select 'view', sql from duckdb_views() where not internal
    union all select 'comment', comment from duckdb_columns() where comment is not null
    order by all`;
  const before = await readRows(config.duckdbPath, held);
  const { exitCode, error } = await run(config);
  assert.equal(exitCode, 0, error);
  assert.deepEqual(await readRows(config.duckdbPath, held), before);
  assert.deepEqual(await readRows(config.duckdbPath, "select nextval('own.numbers') as next"), [{ next: "7" }]);
});

test("when the old file has another name, the purge says that the old rows are still there", async (context) => {
  const config = await setUp(context);
  linkSync(config.duckdbPath, `${config.duckdbPath}.kept`);
  const { lines } = await run(config, [], { isText: true });
  assert.match(lines.at(-1) ?? "", /^The old file has 1 more name \(hard links\): remove them\.$/);
});

test("a purge that root runs leaves the file to its owner", { skip: process.getuid?.() !== 0 }, async (context) => {
  const config = await setUp(context);
  chownSync(config.duckdbPath, 12345, 12346);
  assert.equal((await run(config)).exitCode, 0);
  const { uid, gid } = statSync(config.duckdbPath);
  assert.deepEqual([uid, gid], [12345, 12346]);
});

test("a group that isn't the user's own can't be kept: the file's group loses its rights, and the purge completes", {
  skip: process.getuid?.() !== 0,
}, async (context) => {
  const config = await setUp(context);
  chmodSync(config.duckdbPath, 0o660);
  // As for a user that may not give files away.
  const { chown } = files;
  context.after(() => {
    files.chown = chown;
    syncBuiltinESMExports();
  });
  files.chown = () => Promise.reject(Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" }));
  syncBuiltinESMExports();
  const { uid } = statSync(config.duckdbPath);
  chownSync(config.duckdbPath, uid, 12346);
  const { exitCode, error } = await run(config);
  assert.equal(error, undefined);
  assert.equal(exitCode, 0);
  assert.equal(statSync(config.duckdbPath).mode & 0o777, 0o600);
});
