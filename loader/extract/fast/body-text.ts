import { knownElements, knownEntities, named } from "./known-html.ts";
import { noEscape, writeUnescaped } from "./unescaped.ts";

/**
 * The text of bodies as editors write them, from a JSON string to a JSON string, byte by byte: making strings of them would
 * be most of the work. It is what `plainText` makes of the same body, or nothing.
 */

const blank = 0x20;
const quote = 0x22;
const numberSign = 0x23;
const ampersand = 0x26;
const apostrophe = 0x27;
const slash = 0x2f;
const zero = 0x30;
const semicolon = 0x3b;
const lessThan = 0x3c;
const equalsSign = 0x3d;
const greaterThan = 0x3e;
const backslash = 0x5c;
const letterN = 0x6e;
const letterU = 0x75;
const firstBeyondAscii = 0x80;
const lineBreak = Buffer.from("\\n");

/** Room for larger bodies is not kept. */
const roomBytesMax = 1024 * 1024;
const entityLengthMax = 6;
const firstNumeric = 0xa0;
const lastNumeric = 0xd7ff;
const wideSpaces: readonly number[] = [0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff];
/** Instead of a position: this takes a parser. */
export const needsParser = -1;

/**
 * Writes the text of a body: blocks on lines of their own, well-known entities decoded, images left out. It takes no more
 * room than the body does.
 * @param from where the body's JSON string begins, behind the quotation mark
 * @returns where the text ends, `at` when there is none; `needsParser` of elements and entities that are not well known,
 * elements that are not closed in order, and escapes of control characters
 */
export function writeBodyText(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  const kind = kindOf(source, from, to);
  if (kind !== "escaped") return writeText(source, from, to, target, at, kind === "html");
  const plain = unescapedRoom(to - from + 1);
  const end = writeUnescaped(source, from, to, plain);
  if (end === noEscape) return needsParser;
  plain[end] = quote;
  return writeText(plain, 0, end, target, at, kindOf(plain, 0, end) === "html");
}

/** The same of a body without hexadecimal escapes. A quotation mark follows it. */
function writeText(source: Buffer, from: number, to: number, target: Buffer, at: number, isHtml: boolean): number {
  const text = new Text(target, at);
  elements.clear();
  for (let index = from; index < to; ) {
    const byte = byteAt(source, index);
    if (byte === lessThan) {
      const tagTo = elements.takeTag(source, index, to);
      if (tagTo === needsParser) return needsParser;
      if (elements.isAtBlock) text.breakLine();
      index = tagTo + 1;
    } else if (byte === ampersand) {
      const nameTo = endOfEntity(source, index + 1, to);
      const entity = named(knownEntities, source, index + 1, nameTo);
      const code = entity === undefined ? numericEntity(source, index + 1, nameTo) : 0;
      if (code === needsParser) return needsParser;
      if (entity === undefined) text.addCharacter(code);
      else if (entity.text === undefined) text.space();
      else text.add(entity.text, 0, entity.text.length);
      index = nameTo + 1;
    } else if (byte === backslash) {
      const escaped = byteAt(source, index + 1);
      // In HTML a line break in the source is white space.
      if (escaped === letterN && !isHtml) text.breakLine();
      else if (isEscapedSpace(escaped)) text.space();
      else text.add(source, index, index + 2);
      index += 2;
    } else if (byte < firstBeyondAscii) {
      if (byte === blank) text.space();
      else text.addByte(byte);
      index += 1;
    } else {
      const length = byte === 0xc2 ? 2 : 3;
      const isSpace = mayBeginSpace(byte) && isWideSpace(characterAt(source, index));
      if (isSpace) text.space();
      else text.addByte(byte);
      index += isSpace ? length : 1;
    }
  }
  return text.end;
}

/** What has been written, and what comes before the next words. */
class Text {
  readonly #target: Buffer;
  readonly #start: number;
  end: number;
  #hasSpace = false;
  #hasBreak = false;

  constructor(target: Buffer, start: number) {
    this.#target = target;
    this.#start = start;
    this.end = start;
  }

  space(): void {
    this.#hasSpace = true;
  }

  breakLine(): void {
    this.#hasBreak = true;
  }

  add(source: Buffer, from: number, to: number): void {
    for (let index = from; index < to; index += 1) this.addByte(byteAt(source, index));
  }

  addByte(byte: number): void {
    if (this.#hasBreak || this.#hasSpace) this.#separate();
    this.#target[this.end] = byte;
    this.end += 1;
  }

  /** @param code of a character between U+00A0 and U+FFFF */
  addCharacter(code: number): void {
    if (isWideSpace(code)) {
      this.space();
    } else if (code < 0x800) {
      this.addByte(0xc0 | (code >> 6));
      this.addByte(0x80 | (code & 0x3f));
    } else {
      this.addByte(0xe0 | (code >> 12));
      this.addByte(0x80 | ((code >> 6) & 0x3f));
      this.addByte(0x80 | (code & 0x3f));
    }
  }

  #separate(): void {
    const separates = this.end > this.#start;
    const isBreak = this.#hasBreak;
    this.#hasBreak = false;
    this.#hasSpace = false;
    if (!separates) return;
    if (isBreak) this.add(lineBreak, 0, lineBreak.length);
    else this.addByte(blank);
  }
}

/** The elements that are open where the walk is. One serves for all bodies, one after the other. */
class OpenElements {
  readonly #numbers = new Uint8Array(64);
  #depth = 0;
  isAtBlock = false;

  clear(): void {
    this.#depth = 0;
  }

  /** Where the ">" of the tag here is; `needsParser` when it is not well known, or not the one to be closed. */
  takeTag(source: Buffer, from: number, to: number): number {
    const isClosing = byteAt(source, from + 1) === slash;
    const nameFrom = isClosing ? from + 2 : from + 1;
    const nameTo = endOfName(source, nameFrom, to);
    const element = named(knownElements, source, nameFrom, nameTo);
    const tagTo = byteAt(source, nameTo) === greaterThan ? nameTo : endOfTag(source, nameTo, to);
    if (element === undefined || tagTo === needsParser) return needsParser;
    if (isClosing) {
      this.#depth -= 1;
      if (tagTo !== nameTo || this.#numbers[this.#depth] !== element.number) return needsParser;
    } else if (!element.isVoid) {
      if (byteAt(source, tagTo - 1) === slash || this.#depth === this.#numbers.length) return needsParser;
      this.#numbers[this.#depth] = element.number;
      this.#depth += 1;
    }
    this.isAtBlock = element.isBlock;
    return tagTo;
  }
}

const elements = new OpenElements();

/** Whether a body has markup, or hexadecimal escapes that may hide some. */
function kindOf(source: Buffer, from: number, to: number): "text" | "html" | "escaped" {
  let isHtml = false;
  for (let index = from; index < to; index += 1) {
    const byte = source[index];
    if (byte === lessThan || byte === ampersand) {
      isHtml = true;
    } else if (byte === backslash) {
      index += 1;
      if (source[index] === letterU) return "escaped";
    }
  }
  return isHtml ? "html" : "text";
}

/** One serves for all bodies, one after the other. */
let room = Buffer.alloc(0);

function unescapedRoom(bytes: number): Buffer {
  if (room.length >= bytes) return room;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 64 * 1024));
  if (bytes <= roomBytesMax) room = larger;
  return larger;
}

function endOfName(source: Buffer, from: number, to: number): number {
  let index = from;
  while (index < to && isLowerCaseOrDigit(byteAt(source, index))) index += 1;
  return index;
}

/** Where the semicolon is; `from` when there is none near. */
function endOfEntity(source: Buffer, from: number, to: number): number {
  for (let index = from; index < to && index <= from + entityLengthMax; index += 1) {
    if (source[index] === semicolon) return index;
  }
  return from;
}

/** Where the tag's ">" is, past attributes whose values may have one too. */
function endOfTag(source: Buffer, from: number, to: number): number {
  const first = byteAt(source, from);
  if (first !== blank && first !== slash) return needsParser;
  for (let index = from; index < to; index += 1) {
    const byte = byteAt(source, index);
    if (byte === greaterThan) return index;
    const isEscape = byte === backslash;
    const mark = isEscape ? source[index + 1] : byte;
    if (mark === apostrophe || (isEscape && mark === quote)) {
      if (source[index - 1] !== equalsSign) return needsParser;
      index = endOfQuoted(source, isEscape ? index + 2 : index + 1, to, mark);
      if (index === needsParser) return needsParser;
    } else if (isEscape) {
      index += 1;
    }
  }
  return needsParser;
}

/** Where the next such mark is. */
function endOfQuoted(source: Buffer, from: number, to: number, mark: number): number {
  for (let index = from; index < to; index += 1) {
    if (source[index] === backslash) index += 1;
    if (source[index] === mark) return index;
  }
  return needsParser;
}

/** The code in `#8217`; `needsParser` when it is none, or stands for something else. */
function numericEntity(source: Buffer, from: number, to: number): number {
  if (source[from] !== numberSign || to < from + 2) return needsParser;
  let code = 0;
  for (let index = from + 1; index < to; index += 1) {
    const digit = byteAt(source, index) - zero;
    if (digit < 0 || digit > 9) return needsParser;
    code = code * 10 + digit;
  }
  // Below are control characters, some of which stand for others; above are surrogates.
  return code >= firstNumeric && code <= lastNumeric ? code : needsParser;
}

/** The character of two or three bytes of UTF-8. */
function characterAt(source: Buffer, index: number): number {
  const first = byteAt(source, index);
  const second = byteAt(source, index + 1) & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  return ((first & 0xf) << 12) | (second << 6) | (byteAt(source, index + 2) & 0x3f);
}

/** White space beyond ASCII, as JavaScript's `\s` has it. */
function isWideSpace(code: number): boolean {
  return (code >= 0x2000 && code <= 0x200a) || wideSpaces.includes(code);
}

/** Of such a character's first byte. */
function mayBeginSpace(byte: number): boolean {
  return byte === 0xc2 || (byte >= 0xe1 && byte <= 0xe3) || byte === 0xef;
}

/** Escapes \n, \t, \r and \f. */
function isEscapedSpace(letter: number): boolean {
  return letter === letterN || letter === 0x74 || letter === 0x72 || letter === 0x66;
}

function byteAt(source: Buffer, index: number): number {
  return source[index] ?? -1;
}

function isLowerCaseOrDigit(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}
