import { isUtf8 } from "node:buffer";
import { escapeBytesOf, escapedCode, noEscape } from "./unescaped.ts";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const letterU = 0x75;
const firstPrintable = 0x20;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
/** `"\/bfnrt`: each may follow a backslash by itself. */
const singleEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const literals: ReadonlyMap<number, Buffer> = new Map(
  ["null", "true", "false"].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);
/** Longer numbers differ between readers of JSON. */
const numberLengthMax = 30;
const depthMax = 64;

/** Thrown for JSON that is not plain. */
export const notPlain = new Error("not plain JSON");

/** What `read` returns for a body that is plain JSON to its end; undefined for any other body, which must be parsed. */
export function scanned<T>(body: Buffer, read: (scanner: JsonScanner) => T): T | undefined {
  if (!isUtf8(body)) return undefined;
  const scanner = new JsonScanner(body);
  try {
    const result = read(scanner);
    return scanner.isAtEnd ? result : undefined;
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/**
 * Walks through JSON in UTF-8 byte by byte, and makes values only of what the caller asks for.
 *
 * It accepts plain JSON, which is what servers send: no white space between tokens, no exponents, no halves of surrogate
 * pairs, no escaped letters in keys. Every byte is checked, so that skipped JSON can be stored as it came. Anything else,
 * valid or not, throws `notPlain`.
 */
export class JsonScanner {
  readonly bytes: Buffer;
  /** Position of the next byte. */
  position = 0;
  /** The last string or integer, without quotation marks. */
  #stringFrom = 0;
  #stringTo = 0;
  #hasEscapedWords = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Moves past "{". @returns whether a member follows; otherwise "}" is passed too */
  enterObject(): boolean {
    this.#take(openBrace);
    return !this.#takeIf(closeBrace);
  }

  /** Moves past a member's key and colon; see `is`. */
  enterMember(): void {
    this.string();
    // Keys are compared by their bytes: a key with escaped letters would be missed.
    if (this.#hasEscapedWords) throw notPlain;
    this.#take(colon);
  }

  /** Whether the last string, or the last member's key, is this text. */
  is(text: Buffer): boolean {
    const length = this.#stringTo - this.#stringFrom;
    if (length !== text.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.bytes[this.#stringFrom + index] !== text[index]) return false;
    }
    return true;
  }

  /** Moves past the comma to another member. @returns false past "}" */
  nextMember(): boolean {
    if (this.#takeIf(comma)) return true;
    this.#take(closeBrace);
    return false;
  }

  /** Moves past "[". @returns whether an element follows; otherwise "]" is passed too */
  enterArray(): boolean {
    this.#take(openBracket);
    return !this.#takeIf(closeBracket);
  }

  /** Moves past the comma to another element. @returns false past "]" */
  nextElement(): boolean {
    if (this.#takeIf(comma)) return true;
    this.#take(closeBracket);
    return false;
  }

  /** Moves past null. @returns false where the value is not null */
  takeNull(): boolean {
    if (this.#at(this.position) !== 0x6e) return false;
    this.#literal(0x6e);
    return true;
  }

  get isAtString(): boolean {
    return this.#at(this.position) === quote;
  }

  get isAtComma(): boolean {
    return this.#at(this.position) === comma;
  }

  get isAtEnd(): boolean {
    return this.position === this.bytes.length;
  }

  /** Where the last string or integer begins, behind its quotation mark. */
  get textFrom(): number {
    return this.#stringFrom;
  }

  /** Where the last string or integer ends, before its quotation mark. */
  get textTo(): number {
    return this.#stringTo;
  }

  /** Moves past a string; see `is`, `textFrom` and `textTo`. */
  string(): void {
    this.#take(quote);
    const from = this.position;
    this.#hasEscapedWords = false;
    let position = from;
    for (let byte = this.#at(position); byte !== quote; byte = this.#at(position)) {
      if (byte === backslash) {
        position = this.#afterEscape(position);
      } else if (byte < firstPrintable) {
        throw notPlain;
      } else {
        position += 1;
      }
    }
    this.#stringFrom = from;
    this.#stringTo = position;
    this.position = position + 1;
  }

  /** Moves past a non-negative integer of any length; see `textFrom` and `textTo`. */
  integer(): void {
    const from = this.position;
    this.#digits();
    if (isContinued(this.#at(this.position)) || (this.position > from + 1 && this.#at(from) === zero)) throw notPlain;
    this.#stringFrom = from;
    this.#stringTo = this.position;
  }

  /** Moves past a non-negative integer below 10^15. @returns its value */
  smallInteger(): number {
    this.integer();
    if (this.textTo - this.textFrom > 15) throw notPlain;
    let value = 0;
    for (let position = this.textFrom; position < this.textTo; position += 1)
      value = value * 10 + this.#at(position) - zero;
    return value;
  }

  /** Moves past a value of any kind. */
  skip(depth = 0): void {
    const byte = this.#at(this.position);
    if (byte === quote) this.string();
    else if (byte === openBrace) this.#skipObject(depth + 1);
    else if (byte === openBracket) this.#skipArray(depth + 1);
    else if (byte === minus || (byte >= zero && byte <= nine)) this.#number();
    else this.#literal(byte);
  }

  #skipObject(depth: number): void {
    if (depth > depthMax) throw notPlain;
    if (!this.enterObject()) return;
    do {
      this.enterMember();
      this.skip(depth);
    } while (this.nextMember());
  }

  #skipArray(depth: number): void {
    if (depth > depthMax) throw notPlain;
    if (!this.enterArray()) return;
    do this.skip(depth);
    while (this.nextElement());
  }

  #number(): void {
    const from = this.position;
    this.#takeIf(minus);
    if (this.#at(this.position) === zero && isDigit(this.#at(this.position + 1))) throw notPlain;
    this.#digits();
    if (this.#takeIf(point)) this.#digits();
    if (this.position - from > numberLengthMax) throw notPlain;
  }

  /** Moves past one digit or more. */
  #digits(): void {
    const from = this.position;
    while (isDigit(this.#at(this.position))) this.position += 1;
    if (this.position === from) throw notPlain;
  }

  #literal(first: number): void {
    const literal = literals.get(first);
    if (literal === undefined) throw notPlain;
    for (const byte of literal) this.#take(byte);
  }

  /** @param position of the backslash */
  #afterEscape(position: number): number {
    const escaped = this.#at(position + 1);
    if (singleEscapes.has(escaped)) return position + 2;
    if (escaped !== letterU) throw notPlain;
    const code = escapedCode(this.bytes, position);
    if (code === noEscape) throw notPlain;
    if (isWordCharacter(code)) this.#hasEscapedWords = true;
    return position + escapeBytesOf(code);
  }

  #take(byte: number): void {
    if (!this.#takeIf(byte)) throw notPlain;
  }

  #takeIf(byte: number): boolean {
    if (this.#at(this.position) !== byte) return false;
    this.position += 1;
    return true;
  }

  /** -1 past the end. */
  #at(position: number): number {
    return this.bytes[position] ?? -1;
  }
}

/** Whether an integer goes on as a fraction or with an exponent. */
function isContinued(byte: number): boolean {
  return byte === point || (byte | 0x20) === 0x65;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

/** Whether a character may be in a key that the readers look for. */
function isWordCharacter(code: number): boolean {
  return isDigit(code) || code === 0x5f || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
