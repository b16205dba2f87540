declare global {
  // Not yet in TypeScript's library: https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string };
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

/** Integers of so many digits and more may exceed 2^53 and would be rounded by a plain JSON.parse. */
const longIntegerDigits = 16;
const byteOrderMark = 0xfeff;
/** BigQuery takes no deeper nesting, and writing it again would take more stack than there is. */
const depthMax = 500;
const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** JSON text → value, undefined when the text is not JSON, or nests deeper than `depthMax`. Integers beyond 2^53 keep every digit (as `JSON.rawJSON`). */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) return undefined;
  try {
    return mayHaveLongInteger(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same of a body in UTF-8, with a byte order mark or without. */
export function parseJsonBody(body: Buffer): unknown {
  const text = body.toString("utf8");
  return parseJson(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      index = endOfString(text, index + 1);
    } else if (code === openBracket || code === openBrace) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (code === closeBracket || code === closeBrace) {
      depth -= 1;
    }
  }
  return false;
}

/** Where a string's last quotation mark is; the text's end when there is none. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (first > from && text.charCodeAt(first - 1) === backslash) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Whether there is a run of 16 digits that no quotation mark, letter or other part of a string comes before. One of any
 * 16 characters in a row is looked at, which takes an eighth of the time of a pattern that is matched at each.
 */
function mayHaveLongInteger(text: string): boolean {
  for (let index = longIntegerDigits - 1; index < text.length; index += longIntegerDigits) {
    if (!isDigit(text.charCodeAt(index))) continue;
    let first = index;
    while (first > 0 && isDigit(text.charCodeAt(first - 1))) first -= 1;
    let last = index;
    while (isDigit(text.charCodeAt(last + 1))) last += 1;
    if (last - first + 1 >= longIntegerDigits && (first === 0 || " \t\n\r:[,-".includes(text.charAt(first - 1))))
      return true;
    index += last - index - ((last - index) % longIntegerDigits);
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function keepLongInteger(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && /^-?\d+$/.test(context.source) ? JSON.rawJSON(context.source) : value;
}

/** A half of a surrogate pair on its own, as JSON.stringify escapes it: no warehouse takes it. */
const loneSurrogate = /(^|[^\\])((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gi;

/** Value → JSON text that every warehouse can read: what is not valid Unicode becomes U+FFFD. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\ud")) return text;
  let mended = text;
  // Neighbouring matches share a character, so one pass can leave the second of two in a row.
  while (loneSurrogate.test(mended)) mended = mended.replaceAll(loneSurrogate, "$1$2\\ufffd");
  return mended;
}

/**
 * The members of a JSON object, yet to be written as UTF-8: who has bytes already need not make values of them.
 */
export abstract class JsonMembers {
  /** They take at most so many bytes. */
  abstract readonly bytesMax: number;

  /** Writes the members with commas between them, without braces, and returns where they end. */
  abstract writeTo(target: Buffer, at: number): number;

  /** The object as text. */
  toString(): string {
    const bytes = Buffer.allocUnsafe(this.bytesMax);
    return `{${bytes.toString("utf8", 0, this.writeTo(bytes, 0))}}`;
  }
}
