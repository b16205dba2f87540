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
/** `"\/bfnrt`, each of which may follow a backslash by itself. */
const singleEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const literals: ReadonlyMap<number, Buffer> = new Map(
  ["null", "true", "false"].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);
/** Digits that a number has beyond doubt in every reader of JSON. */
const numberLengthMax = 30;
const depthMax = 64;

/** Thrown when a text is not plain. */
export const notPlain = new Error("not plain JSON");

/** What `read` makes of a body that is plain JSON to its end; undefined of any other, which JSON.parse has to look at. */
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
 * Walks through JSON in UTF-8, byte by byte, making values only of what is asked for.
 *
 * It takes plain JSON, which is what servers send: no white space between tokens, no exponents, no halves of surrogate
 * pairs, no letters of names as escapes. Of that every byte is checked, so that what was skipped can be stored as it came.
 * Anything else, valid or not, throws `notPlain`.
 */
export class JsonScanner {
  readonly bytes: Buffer;
  /** Of the next byte. */
  position = 0;
  /** The string or integer last walked through, without quotation marks. */
  #stringFrom = 0;
  #stringTo = 0;
  #hasEscapedWords = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Past "{": whether a member follows. Past "}" too when not. */
  enterObject(): boolean {
    this.#take(openBrace);
    return !this.#takeIf(closeBrace);
  }

  /** Past a member's name and colon; see `isNamed`. */
  enterMember(): void {
    this.string();
    // Names are compared as they are written, so those that are looked for may be written in one way only.
    if (this.#hasEscapedWords) throw notPlain;
    this.#take(colon);
  }

  /** Whether the string last walked through, or the member last entered, is this. */
  is(text: Buffer): boolean {
    const length = this.#stringTo - this.#stringFrom;
    if (length !== text.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (this.bytes[this.#stringFrom + index] !== text[index]) return false;
    }
    return true;
  }

  /** Past the comma: whether another member follows. Past "}" when not. */
  nextMember(): boolean {
    if (this.#takeIf(comma)) return true;
    this.#take(closeBrace);
    return false;
  }

  /** Past "[": whether an element follows. Past "]" too when not. */
  enterArray(): boolean {
    this.#take(openBracket);
    return !this.#takeIf(closeBracket);
  }

  /** Past the comma: whether another element follows. Past "]" when not. */
  nextElement(): boolean {
    if (this.#takeIf(comma)) return true;
    this.#take(closeBracket);
    return false;
  }

  /** Whether the value here is null; past it when it is. */
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

  /** Where the string or integer last walked through begins, behind its quotation mark. */
  get textFrom(): number {
    return this.#stringFrom;
  }

  /** Where it ends, before its quotation mark. */
  get textTo(): number {
    return this.#stringTo;
  }

  /** Past a string; see `is`, `textFrom` and `textTo`. */
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

  /** Past an integer that is not negative, of any length; see `textFrom` and `textTo`. */
  integer(): void {
    const from = this.position;
    this.#digits();
    if (isContinued(this.#at(this.position)) || (this.position > from + 1 && this.#at(from) === zero)) throw notPlain;
    this.#stringFrom = from;
    this.#stringTo = this.position;
  }

  /** Past an integer that is not negative and below 10^15, and its value. */
  smallInteger(): number {
    this.integer();
    if (this.textTo - this.textFrom > 15) throw notPlain;
    let value = 0;
    for (let position = this.textFrom; position < this.textTo; position += 1)
      value = value * 10 + this.#at(position) - zero;
    return value;
  }

  /** Past a value of any kind. */
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

  /** Past one digit or more. */
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

/** Whether a number that has been integer so far goes on as another one. */
function isContinued(byte: number): boolean {
  return byte === point || (byte | 0x20) === 0x65;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

/** Of such characters are the names that are looked for. */
function isWordCharacter(code: number): boolean {
  return isDigit(code) || code === 0x5f || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
