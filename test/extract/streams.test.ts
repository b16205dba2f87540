import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { scopes } from "../../loader/extract/lists.ts";
import { streamNames, streamOf } from "../../loader/extract/streams.ts";
import { rawTable, rawTables } from "../../loader/load/raw-tables.ts";
import { ROUTE_NAMES } from "../fake/intercom/routes.ts";
import { repository } from "../tools/repository.ts";

// The table of streams: an entry there is all that a new list needs, so an entry must be whole.

const scopeNames: ReadonlySet<string> = new Set(Object.values(scopes));

test("each stream has a raw table of its name, and each raw table of Intercom's is a stream", () => {
  const tables = rawTables.map(({ name }) => name).filter((name) => !name.startsWith("_"));
  assert.deepEqual(streamNames.toSorted(), tables.toSorted());
  assert.equal(new Set(rawTables.map(({ name }) => name)).size, rawTables.length);
});

test("each stream's table is a source with the same columns", () => {
  const folder = join(repository, "models/staging");
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith("_sources.yml"))
    .flatMap((name) => {
      const file: unknown = parse(readFileSync(join(folder, name), "utf8"));
      return (file as { sources: { tables: { name: string; columns: { name: string }[] }[] }[] }).sources;
    });
  const columns = new Map(
    sources.flatMap(({ tables }) => tables).map((table) => [table.name, table.columns.map(({ name }) => name)]),
  );
  for (const name of streamNames)
    assert.deepEqual(
      columns.get(name)?.toSorted(),
      rawTable(name)
        .columns.map((column) => column.name)
        .toSorted(),
      name,
    );
});

test("each stream names a permission of Intercom's, its endpoints, which exist, and its cost", () => {
  for (const name of streamNames) {
    const { scope, endpoint, requests } = streamOf(name);
    assert.ok(scopeNames.has(scope), name);
    for (const route of endpoint.split(", ")) assert.ok(ROUTE_NAMES.includes(route), `${name}: ${route}`);
    assert.notEqual(requests, "", name);
  }
});

test("each stream of lists asks for something of its own, at an endpoint that it names", () => {
  const seen = new Set<string>();
  for (const name of streamNames) {
    const stream = streamOf(name);
    if (stream.kind !== "list" && stream.kind !== "lists of") continue;
    const routes = stream.kind === "list" ? stream.lists : [stream.list("a/b")];
    for (const { method, path, query, scope } of routes) {
      const key = `${method} ${path} ${JSON.stringify(query ?? {})}`;
      assert.ok(!seen.has(key), key);
      seen.add(key);
      assert.equal(scope, stream.scope, name);
      assert.ok(stream.endpoint.split(", ").includes(`${method} ${path.replace("a%2Fb", "{id}")}`), `${name}: ${path}`);
    }
  }
});

test("entries of a record's lists are kept under that record, and parts with their threads", () => {
  for (const name of streamNames) {
    const stream = streamOf(name);
    assert.equal(rawTable(name).owner, stream.kind === "lists of" ? stream.ownerColumn : undefined, name);
    if (stream.kind === "lists of") assert.ok(streamNames.includes(stream.owner), name);
    if (stream.kind === "parts") assert.equal(streamOf(stream.of).kind, "singular", name);
    if (stream.kind === "list" || stream.kind === "lists of") assert.ok(rawTable(name).objectType !== undefined, name);
  }
});

test("no stream is both needed by a default run and left out of it", () => {
  for (const name of streamNames) {
    const { isOnDemand, isRequired } = streamOf(name);
    assert.ok(!(isOnDemand === true && isRequired === true), name);
  }
});

test("an attribute's id is its model and its full name, and a handling event's its place", () => {
  const attributes = streamOf("data_attributes");
  const handling = streamOf("handling_events");
  const side = streamOf("side_conversations");
  assert.ok(attributes.kind === "list" && handling.kind === "lists of" && side.kind === "lists of");
  assert.equal(
    attributes.idOf?.({ model: "contact", name: "plan", full_name: "custom_attributes.plan" }),
    "contact.custom_attributes.plan",
  );
  assert.equal(attributes.idOf?.({ model: "company", name: "plan" }), "company.plan");
  for (const odd of [{ name: "plan" }, { model: "contact" }, { model: 1, name: 2 }, null, "text"])
    assert.equal(attributes.idOf?.(odd), undefined);
  assert.equal(handling.idOf?.({}, 3), "3");
  assert.equal(
    side.idOf?.({ side_conversation_id: JSON.rawJSON("90071992547409931"), id: "1" }, 1),
    "90071992547409931",
  );
  assert.equal(side.idOf?.({ id: 5 }, 1), "5");
});
