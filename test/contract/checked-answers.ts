import assert from "node:assert/strict";
import type { Reply } from "../fake/intercom/client.ts";
import { isObject, type JsonObject } from "../fake/json.ts";
import type { OpenApi } from "./openapi.ts";

/** Answers of the fake that were held against the published schemas. */
export class CheckedAnswers {
  /** The routes whose answers were checked. */
  readonly routes = new Set<string>();
  readonly #openApi: OpenApi;

  constructor(openApi: OpenApi) {
    this.#openApi = openApi;
  }

  /** Checks an answer and gives it back. */
  valid(route: string, reply: Reply, status = 200): JsonObject {
    this.routes.add(route);
    assert.equal(reply.status, status, reply.text.slice(0, 300));
    assert.deepEqual(this.#openApi.problems(route, status, reply.json).slice(0, 5), []);
    assert.ok(isObject(reply.json));
    return reply.json;
  }
}

/** The same answer without the address of the next page: the schema has a cursor there, activity logs an address. */
export function withoutNext(reply: Reply): Reply {
  const { json } = reply;
  if (!isObject(json) || !isObject(json["pages"])) return reply;
  assert.match(String(json["pages"]["next"]), /^https:\/\/api\.intercom\.io\/admins\/activity_logs\?/);
  return { ...reply, json: { ...json, pages: { ...json["pages"], next: null } } };
}
