declare global {
  // Not yet in TypeScript's library: https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string };
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

/** Integers from so many digits on may exceed 2^53: a plain JSON.parse would round them. */
const longIntegerDigits = 16;
const byteOrderMark = 0xfeff;
/** BigQuery accepts no deeper nesting, and writing it again would overflow the stack. */
const depthMax = 500;
/**
 * Objects and lists in one text: one for each 16 bytes of the largest answer, and Intercom has fewer than one for each 60. It could
 * hold 22 million empty ones, which take 2.4 GB as values.
 */
const containersMax = 4_000_000;
const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * JSON text → value; undefined where the text is not JSON, nests deeper than `depthMax`, or has more than `containersMax` objects
 * and lists. Integers beyond 2^53 keep every digit, as `JSON.rawJSON`.
 */
export function parseJson(text: string): unknown {
  if (isTooMuch(text)) return undefined;
  try {
    return mayHaveLongInteger(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A body in UTF-8, with a byte order mark or without → value, as `parseJson` gives it. */
export function parseJsonBody(body: Buffer): unknown {
  const text = body.toString("utf8");
  return parseJson(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
}

function isTooMuch(text: string): boolean {
  let depth = 0;
  let containers = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      index = endOfString(text, index + 1);
    } else if (code === openBracket || code === openBrace) {
      depth += 1;
      containers += 1;
      if (depth > depthMax || containers > containersMax) return true;
    } else if (code === closeBracket || code === closeBrace) {
      depth -= 1;
    }
  }
  return false;
}

/** The position of a string's closing quotation mark; the text's end where there is none. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (first > from && text.charCodeAt(first - 1) === backslash) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Whether the text has 16 digits in a row outside of strings. Only every 16th character is checked first, which takes an
 * eighth of the time of a pattern.
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

/** Half of a surrogate pair, as JSON.stringify escapes it: no warehouse accepts it. */
const loneSurrogate = /(^|[^\\])((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gi;

/** Value → JSON text that every warehouse reads: invalid Unicode becomes U+FFFD. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\ud")) return text;
  let mended = text;
  // Neighbouring matches share a character: one pass may leave the second of two.
  while (loneSurrogate.test(mended)) mended = mended.replaceAll(loneSurrogate, "$1$2\\ufffd");
  return mended;
}

/**
 * The members of a JSON object that write themselves as UTF-8: bytes need not become values first.
 */
export abstract class JsonMembers {
  /** The most bytes that the members take. */
  abstract readonly bytesMax: number;

  /** Writes the members with commas between them, without braces. @returns where the members end */
  abstract writeTo(target: Buffer, at: number): number;

  /** The object as text. */
  toString(): string {
    const bytes = Buffer.allocUnsafe(this.bytesMax);
    return `{${bytes.toString("utf8", 0, this.writeTo(bytes, 0))}}`;
  }
}

/** Members of an object, followed by more. */
export class ExtendedMembers extends JsonMembers {
  readonly bytesMax: number;
  readonly #first: JsonMembers;
  readonly #more: Buffer;

  /** @param more at least one member */
  constructor(first: JsonMembers, more: Readonly<Record<string, unknown>>) {
    super();
    this.#first = first;
    this.#more = Buffer.from(`,${writeJson(more).slice(1, -1)}`);
    this.bytesMax = first.bytesMax + this.#more.length;
  }

  writeTo(target: Buffer, at: number): number {
    const end = this.#first.writeTo(target, at);
    return end + this.#more.copy(target, end);
  }
}
