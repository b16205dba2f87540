// JSON as the fake handles it: payloads are kept as they were given, integers beyond 2^53 included.

export type JsonValue = string | number | boolean | null | undefined | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Source text access of JSON.parse and JSON.rawJSON are in Node 24, not yet in TypeScript's library. */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): JsonObject;
}
const json = JSON as unknown as JsonWithSource;

/** Where a number may stand that a double can't hold: sixteen digits, or an exponent. */
const LONG_NUMBER = /(?:^|[:,[\s])-?(?:\d{16}|\d[\d.]*[eE])/;

/** Parses JSON text; an integer that a double can't hold stays exactly as written when it is stringified again. */
export function parseLossless(text: string): JsonValue {
  // Looking at each value's source takes far longer than parsing.
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, context) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && context.source !== undefined
      ? json.rawJSON(context.source)
      : value,
  ) as JsonValue; // JSON.parse makes nothing else
}

/** The same of the text of an object. Throws TypeError when it is none. */
export function parseObject(text: string): JsonObject {
  const value = parseLossless(text);
  if (!isObject(value)) throw new TypeError("the text is no JSON object");
  return value;
}

/** The text of a value that may be a string, a number, or a number kept as its digits. */
export function textOf(value: JsonValue): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (isObject(value) && typeof value["rawJSON"] === "string") return value["rawJSON"];
  return null;
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What lies at a dotted path; undefined when there is nothing. */
export function at(value: JsonValue, path: string): JsonValue {
  let current: JsonValue = value;
  for (const key of path.split(".")) {
    if (!isObject(current)) return undefined;
    current = current[key];
  }
  return current;
}

export function objectsIn(value: JsonValue): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
