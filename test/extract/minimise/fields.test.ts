import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { kindOf, wholeKindOf } from "../../../loader/extract/minimise/fields.ts";
import { at, isObject, type JsonObject, type JsonValue } from "../../fake/json.ts";
import { repository } from "../../tools/repository.ts";

const specification = parse(
  readFileSync(join(repository, "test/contract/intercom-openapi-2.16.yaml"), "utf8"),
) as JsonObject;

/** What the loader requests, as the specification names it, and the list that its records are of. */
const requested: Readonly<Record<string, string>> = {
  "GET /conversations/{conversation_id}": "conversations",
  "POST /conversations/search": "conversations",
  "POST /tickets/search": "tickets",
  "GET /ticket_types": "ticket_types",
  "GET /ticket_states": "ticket_states",
  "GET /contacts": "contacts",
  "GET /companies/scroll": "companies",
  "GET /admins": "admins",
  "GET /teams": "teams",
  "GET /tags": "tags",
  "GET /segments": "segments",
  "GET /conversations/attributes": "attributes",
  "GET /data_attributes": "data_attributes",
  "GET /office_hours_schedules": "office_hours_schedules",
  "GET /office_hours_schedules/{office_hours_schedule_id}/office_hours_exceptions": "office_hours_exceptions",
  "GET /subscription_types": "subscription_types",
  "GET /away_status_reasons": "away_status_reasons",
  "GET /calls": "calls",
  "GET /admins/activity_logs": "activity_logs",
  "GET /contacts/{contact_id}/notes": "notes",
  "GET /contacts/{contact_id}/segments": "segments",
  "GET /conversations/{id}/handling_events": "handling_events",
  "GET /conversations/{id}/side_conversations": "side_conversations",
};

/** Texts that count as attributes by choice: values of attributes, and what an admin did. */
const freeForm = [
  "activity_logs activity_logs.metadata.auto_changed",
  "activity_logs activity_logs.metadata.source",
  "conversations event_details.value.name",
  "conversations event_details.value.previous",
  "side_conversations event_details.value.name",
  "side_conversations event_details.value.previous",
  "tickets updated_attribute_data.value.label",
];

/** Members of pages, which no record has. */
const ofPages = ["pages", "scroll_param"];

test("every text of Intercom's specification is known, except free-form values", () => {
  const unknown = new Set<string>();
  let texts = 0;
  for (const [request, list] of Object.entries(requested)) {
    const [method = "", path = ""] = request.split(" ");
    const paths = specification["paths"] as JsonObject;
    const schema = at(paths[path], `${method.toLowerCase()}.responses.200.content`);
    assert.ok(isObject(schema), request);
    for (const names of textsOf(at(schema["application/json"], "schema"), [], [])) {
      if (names.some((name) => ofPages.includes(name) || wholeKindOf(name) !== undefined)) continue;
      texts += 1;
      const [name = "", parent = list] = names.toReversed();
      if (kindOf(name, parent) === "attribute")
        unknown.add(
          `${list} ${names
            .slice(-3)
            .join(".")
            .replace(/^conversation_parts\.|^ticket_parts\./, "")}`,
        );
    }
  }
  assert.ok(texts > 300, `${texts} texts`);
  assert.deepEqual([...unknown].sort(), freeForm);
});

/** The members that lead to each text of a schema; lists count as their records do. */
function* textsOf(
  schema: JsonValue,
  names: readonly string[],
  within: readonly string[],
): Generator<readonly string[]> {
  if (!isObject(schema)) return;
  const { $ref: reference } = schema;
  if (typeof reference === "string") {
    const name = reference.split("/").at(-1) ?? "";
    if (!within.includes(name))
      yield* textsOf(at(specification, `components.schemas.${name}`), names, [...within, name]);
    return;
  }
  for (const key of ["allOf", "oneOf", "anyOf"])
    if (Array.isArray(schema[key])) for (const each of schema[key]) yield* textsOf(each, names, within);
  for (const [name, member] of Object.entries(isObject(schema["properties"]) ? schema["properties"] : {}))
    yield* textsOf(member, name === "data" ? names : [...names, name], within);
  yield* textsOf(schema["items"], names, within);
  if (schema["type"] === "string" && names.length > 0) yield names;
}
