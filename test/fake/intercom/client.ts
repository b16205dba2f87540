// A client for tests: asks a fake and gives what came back, whatever it is.
import assert from "node:assert/strict";
import { at, isObject, type JsonObject, type JsonValue, objectsIn, parseLossless, textOf } from "../json.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly json: JsonValue;
}

export class FakeClient {
  private readonly url: string;
  private readonly headers: Record<string, string>;

  constructor(fake: { readonly url: string; readonly token: string }, headers: Record<string, string> = {}) {
    this.url = fake.url;
    this.headers = { authorization: `Bearer ${fake.token}`, "intercom-version": "2.16", ...headers };
  }

  get(path: string): Promise<Reply> {
    return this.ask(path, { headers: this.headers });
  }

  post(path: string, body: unknown): Promise<Reply> {
    const headers = { ...this.headers, "content-type": "application/json" };
    return this.ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** The JSON object of a good answer. */
  async object(path: string): Promise<JsonObject> {
    return objectOf(await this.get(path));
  }

  /** Every record of a search, page by page; `list` is where the answer has them. */
  async searchAll(
    path: string,
    list: "conversations" | "tickets" | "data",
    query: unknown,
    perPage = 150,
  ): Promise<readonly JsonObject[]> {
    const found: JsonObject[] = [];
    let cursor: JsonValue;
    for (let pages = 0; pages < 1000; pages++) {
      const pagination = cursor === undefined ? { per_page: perPage } : { per_page: perPage, starting_after: cursor };
      const page = objectOf(await this.post(path, { query, pagination }));
      found.push(...objectsIn(page[list]));
      cursor = at(page, "pages.next.starting_after");
      if (cursor === undefined) return found;
    }
    throw new Error("a search without an end");
  }

  private async ask(path: string, init: RequestInit): Promise<Reply> {
    const answer = await fetch(this.url + path, init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: jsonOf(text) };
  }
}

export function objectOf(reply: Reply): JsonObject {
  assert.equal(reply.status, 200, reply.text.slice(0, 300));
  assert.ok(isObject(reply.json));
  return reply.json;
}

/** Intercom's code of an error. */
export function errorCode(reply: Reply): JsonValue {
  return isObject(reply.json) ? objectsIn(reply.json["errors"])[0]?.["code"] : undefined;
}

export function idsOf(records: readonly JsonObject[]): readonly string[] {
  return records.map((record) => textOf(record["id"]) ?? "");
}

export function partsOf(conversation: JsonObject): readonly JsonObject[] {
  return objectsIn(at(conversation, "conversation_parts.conversation_parts"));
}

function jsonOf(text: string): JsonValue {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
