import type { GeneratedWorld } from "../fake/desk/generated-world.ts";
import type { Fault, FaultKind } from "../fake/intercom/faults.ts";
import { type JsonObject, objectsIn, parseObject } from "../fake/json.ts";
import type { Dice } from "./dice.ts";

// Answers that are odd for good, or say the opposite of what is so: each is one record's or one list's affair.

const page = "<!DOCTYPE html><html><body>Something went wrong</body></html>";

/** Ways in which a record that is asked for by itself can fail for good. */
export const badAnswers: Readonly<Record<string, FaultKind>> = {
  "400": { kind: "status", code: 400 },
  "422": { kind: "status", code: 422 },
  "418": { kind: "status", code: 418 },
  "301": { kind: "status", code: 301, headers: { location: "/elsewhere" } },
  "500": { kind: "status", code: 500 },
  "503 with a Retry-After of ten minutes": { kind: "status", code: 503, headers: { "retry-after": "600" } },
  "502 with an HTML page": { kind: "html", code: 502 },
  "200 with an HTML page": { kind: "html", code: 200 },
  "200 with text": { kind: "status", code: 200, body: page },
  "200 with other JSON": { kind: "status", code: 200, body: { message: "Hello" } },
  "200 with an empty body": { kind: "empty" },
  "a cut body": { kind: "cut" },
  "a reset connection": { kind: "reset" },
};

/** The lists that Intercom gives whole: stream, route, and the name that the records are under. */
export const wholeLists: readonly (readonly [stream: string, route: string, key: string])[] = [
  ["admins", "GET /admins", "admins"],
  ["teams", "GET /teams", "teams"],
  ["tags", "GET /tags", "data"],
  ["segments", "GET /segments", "segments"],
  ["companies", "GET /companies/scroll", "data"],
  ["office_hours_schedules", "GET /office_hours_schedules", "data"],
  ["ticket_types", "GET /ticket_types", "data"],
  ["ticket_states", "GET /ticket_states", "data"],
  ["conversation_attributes", "GET /conversations/attributes", "data"],
  ["articles", "GET /articles", "data"],
  ["collections", "GET /help_center/collections", "data"],
];

/** The right answer's JSON, changed. */
export function changed(change: (json: JsonObject) => JsonObject): FaultKind {
  return { kind: "rewritten", rewrite: (body) => JSON.stringify(change(parseObject(body))) };
}

/** An answer that has only so many of the records. */
export function shortened(key: string, left: number): FaultKind {
  return changed((json) => ({ ...json, [key]: objectsIn(json[key]).slice(0, left) }));
}

/** An answer that counts so many records more than there are. */
export function miscounted(by: number): FaultKind {
  return changed((json) => ({ ...json, total_count: Number(json["total_count"]) + by }));
}

/** The thread of this conversation. */
export function pathOf(conversationId: string): RegExp {
  return new RegExp(`^/conversations/${conversationId}$`);
}

/** One odd thing that lasts for a whole run, or strikes once in it, drawn at random; and in words, what it is. */
export function drawOddAnswer(dice: Dice, world: GeneratedWorld): { readonly words: string; readonly fault: Fault } {
  switch (dice.below(6)) {
    case 0: {
      const [name, answer] = dice.pick(Object.entries(badAnswers));
      const id = dice.pick([...world.conversationIds()]);
      return { words: `conversation ${id} answers ${name}`, fault: { ...answer, path: pathOf(id) } };
    }
    case 1: {
      const [stream, route, key] = dice.pick(wholeLists);
      const left = dice.below(2);
      return { words: `${stream} come back with ${left} once`, fault: { ...shortened(key, left), route, nth: 1 } };
    }
    case 2: {
      const route = dice.pick(["POST /conversations/search", "GET /contacts", "GET /conversations/deleted"]);
      const by = dice.pick([1, 7, -1]);
      return { words: `${route} counts ${by} too many`, fault: { ...miscounted(by), route } };
    }
    case 3: {
      const id = dice.pick([...world.ticketIds()]);
      const [name, answer] = dice.pick(Object.entries(badAnswers));
      return { words: `ticket ${id} answers ${name}`, fault: { ...answer, path: new RegExp(`^/tickets/${id}$`) } };
    }
    case 4: {
      const by = dice.pick([1, 7, -1]);
      return {
        words: `tickets are counted ${by} too many`,
        fault: { ...miscounted(by), route: "POST /tickets/search" },
      };
    }
    default: {
      const everySecond = { kind: "status", code: 404, route: "GET /conversations/{id}", every: 2 } as const;
      return { words: "every second thread answers 404", fault: everySecond };
    }
  }
}
