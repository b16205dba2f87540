import { knownEntities, named } from "./known-html.ts";
import { needsParser, OpenElements } from "./open-elements.ts";
import { isWideSpace, TextWriter } from "./text-writer.ts";
import { noEscape, writeUnescaped } from "./unescaped.ts";

/**
 * The plain text of bodies as editors write them, byte by byte, from a JSON string to a JSON string: strings would be most of
 * the work. The text is the same as that of `plainText`; where it may differ, there is none.
 */

const blank = 0x20;
const quote = 0x22;
const numberSign = 0x23;
const ampersand = 0x26;
const zero = 0x30;
const semicolon = 0x3b;
const lessThan = 0x3c;
const backslash = 0x5c;
const letterN = 0x6e;
const letterU = 0x75;
const firstBeyondAscii = 0x80;

/** A larger buffer is not kept for the next body. */
const roomBytesMax = 1024 * 1024;
const entityLengthMax = 6;
const firstNumeric = 0xa0;
const lastNumeric = 0xd7ff;

/**
 * Writes the text of a body: blocks on lines of their own, known entities decoded, images left out. The text is never longer
 * than the body.
 * @param from where the body's JSON string begins, behind the quotation mark
 * @returns where the text ends, `at` where there is none. `needsParser` for unknown elements and entities, for elements that
 * are not closed in order, and for escaped control characters
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

/** Writes the text of a body without hexadecimal escapes. A quotation mark must follow the body. */
function writeText(source: Buffer, from: number, to: number, target: Buffer, at: number, isHtml: boolean): number {
  const text = new TextWriter(target, at);
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

const elements = new OpenElements();

/** Whether a body has markup, or hexadecimal escapes that may hide markup. */
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

/** The buffer of one body after the other. */
let room = Buffer.alloc(0);

function unescapedRoom(bytes: number): Buffer {
  if (room.length >= bytes) return room;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 64 * 1024));
  if (bytes <= roomBytesMax) room = larger;
  return larger;
}

/** The position of the semicolon; `from` where none is near. */
function endOfEntity(source: Buffer, from: number, to: number): number {
  for (let index = from; index < to && index <= from + entityLengthMax; index += 1) {
    if (source[index] === semicolon) return index;
  }
  return from;
}

/** The code in `#8217`; `needsParser` for a code that is unreadable or stands for another character. */
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

/** The code of a character of two or three bytes in UTF-8. */
function characterAt(source: Buffer, index: number): number {
  const first = byteAt(source, index);
  const second = byteAt(source, index + 1) & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  return ((first & 0xf) << 12) | (second << 6) | (byteAt(source, index + 2) & 0x3f);
}

/** Whether a character with this first byte may be white space. */
function mayBeginSpace(byte: number): boolean {
  return byte === 0xc2 || (byte >= 0xe1 && byte <= 0xe3) || byte === 0xef;
}

/** Whether an escape is \n, \t, \r or \f. */
function isEscapedSpace(letter: number): boolean {
  return letter === letterN || letter === 0x74 || letter === 0x72 || letter === 0x66;
}

function byteAt(source: Buffer, index: number): number {
  return source[index] ?? -1;
}
