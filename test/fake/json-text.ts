// JSON written straight as the text that is sent, because making objects and stringifying them was most of what an
// answer cost. A text holds one character per byte of its UTF-8: V8 keeps such strings at one byte a character, whatever
// languages people write in, its length is the content-length, and sending it is a copy.

import { Memo } from "./desk/memo.ts";
import { type JsonValue, parseLossless } from "./json.ts";

/** Strings beyond plain ASCII are mostly names and phrases that come again. */
const KEPT_STRINGS_MAX = 4096;
const KEPT_LENGTH_MAX = 200;
/** Printable ASCII without the quote and the backslash: nothing to escape, a byte each. */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;
const BEYOND_ASCII = /[\x80-\xff]/;
/** A string literal, or white space outside of one. */
const LITERAL_OR_SPACE = /("(?:[^"\\]|\\.)*")|\s+/g;

/** A JSON value as text. */
export class JsonText {
  /** One character, U+0000 to U+00FF, per byte of the UTF-8. */
  readonly bytes: string;

  constructor(bytes: string) {
    this.bytes = bytes;
  }
}

export type JsonHole = string | number | boolean | null | JsonText | readonly JsonText[];

const compiled = new WeakMap<TemplateStringsArray, readonly string[]>();
const keptStrings = new Memo<string, string>(KEPT_STRINGS_MAX, (text) => toBytes(JSON.stringify(text)));

/**
 * A template of JSON: what stands in a hole is encoded, white space between tokens is for the eye and left out. The
 * same bytes as JSON.stringify of such an object. Literals in the template must not contain holes.
 */
export function json(strings: TemplateStringsArray, ...holes: readonly JsonHole[]): JsonText {
  let pieces = compiled.get(strings);
  if (pieces === undefined) {
    pieces = strings.map((piece) => toBytes(piece.replace(LITERAL_OR_SPACE, "$1")));
    compiled.set(strings, pieces);
  }
  let bytes = pieces[0] ?? "";
  for (let hole = 0; hole < holes.length; hole++) bytes += encodedHole(holes[hole] ?? null) + pieces[hole + 1];
  return new JsonText(bytes);
}

/** What JSON.stringify makes of it. */
export function encoded(value: JsonValue): JsonText {
  return new JsonText(toBytes(JSON.stringify(value)));
}

/** The value again; integers beyond 2^53 stay as they are written. */
export function decoded(text: JsonText): JsonValue {
  return parseLossless(fromBytes(text.bytes));
}

/** A template of what stands between the quotes of a string; what its holes hold is already such text. */
export function inside(strings: TemplateStringsArray, ...holes: readonly string[]): string {
  let pieces = compiled.get(strings);
  if (pieces === undefined) {
    pieces = strings.map(insideOf);
    compiled.set(strings, pieces);
  }
  let bytes = pieces[0] ?? "";
  for (let hole = 0; hole < holes.length; hole++) bytes += (holes[hole] ?? "") + pieces[hole + 1];
  return bytes;
}

/** What stands between the quotes of a string. */
export function insideOf(text: string): string {
  return toBytes(JSON.stringify(text)).slice(1, -1);
}

/** A text's UTF-8, one character per byte. */
export function toBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

export function fromBytes(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, "latin1").toString() : bytes;
}

function encodedHole(value: JsonHole): string {
  switch (typeof value) {
    case "string":
      return encodedString(value);
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "boolean":
      return value ? "true" : "false";
    default:
      if (value === null) return "null";
      return value instanceof JsonText ? value.bytes : encodedList(value);
  }
}

function encodedString(text: string): string {
  if (NEEDS_NO_ESCAPE.test(text)) return `"${text}"`;
  return text.length <= KEPT_LENGTH_MAX ? keptStrings.get(text) : toBytes(JSON.stringify(text));
}

function encodedList(texts: readonly JsonText[]): string {
  let bytes = "[";
  for (const text of texts) bytes += bytes === "[" ? text.bytes : `,${text.bytes}`;
  return `${bytes}]`;
}
