import { knownElements, named } from "./known-html.ts";

const blank = 0x20;
const quote = 0x22;
const apostrophe = 0x27;
const slash = 0x2f;
const equalsSign = 0x3d;
const greaterThan = 0x3e;
const backslash = 0x5c;

/** Instead of a position: only a parser reads this right. */
export const needsParser = -1;

/** The elements that are open at the current position. One object serves one body after the other. */
export class OpenElements {
  readonly #numbers = new Uint8Array(64);
  #depth = 0;
  isAtBlock = false;

  clear(): void {
    this.#depth = 0;
  }

  /** The position of the tag's ">". `needsParser` for an unknown element, and for a closing tag of another element. */
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

function endOfName(source: Buffer, from: number, to: number): number {
  let index = from;
  while (index < to && isLowerCaseOrDigit(byteAt(source, index))) index += 1;
  return index;
}

/** The position of the tag's ">", behind attributes whose values may hold a ">" too. */
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

/** The position of the next such quotation mark. */
function endOfQuoted(source: Buffer, from: number, to: number, mark: number): number {
  for (let index = from; index < to; index += 1) {
    if (source[index] === backslash) index += 1;
    if (source[index] === mark) return index;
  }
  return needsParser;
}

function byteAt(source: Buffer, index: number): number {
  return source[index] ?? -1;
}

function isLowerCaseOrDigit(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}
