/** Hexadecimal escapes of a JSON string, byte by byte. */

const backslash = 0x5c;
const letterU = 0x75;
const firstPrintable = 0x20;
const firstSurrogate = 0xd800;
const firstLowSurrogate = 0xdc00;
const lastSurrogate = 0xdfff;
const firstOfPairs = 0x1_0000;
const escapeBytes = 6;

/** Characters that a JSON string has only as escapes, with the letter of their short form. */
const shortForms: ReadonlyMap<number, number> = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
  [0x22, 0x22],
  [backslash, backslash],
]);

/** Instead of a code or a position: the escape cannot be resolved. */
export const noEscape = -1;

/**
 * The code of the character behind an escape such as `\u003c`, or behind a surrogate pair of escapes.
 * @param at the first backslash
 * @returns `noEscape` where hexadecimal digits or half of a pair are missing
 */
export function escapedCode(source: Buffer, at: number): number {
  const unit = escapedUnit(source, at);
  if (unit < firstSurrogate || unit > lastSurrogate) return unit;
  const next = at + escapeBytes;
  if (unit >= firstLowSurrogate || source[next] !== backslash || source[next + 1] !== letterU) return noEscape;
  const low = escapedUnit(source, next);
  if (low < firstLowSurrogate || low > lastSurrogate) return noEscape;
  return firstOfPairs + ((unit - firstSurrogate) << 10) + (low - firstLowSurrogate);
}

/** The bytes that a character's escape takes. */
export function escapeBytesOf(code: number): number {
  return code >= firstOfPairs ? 2 * escapeBytes : escapeBytes;
}

function escapedUnit(source: Buffer, at: number): number {
  let unit = 0;
  for (let index = at + 2; index < at + escapeBytes; index += 1) {
    const digit = hexDigit(source[index] ?? 0);
    if (digit === noEscape) return noEscape;
    unit = unit * 16 + digit;
  }
  return unit;
}

/**
 * Writes a JSON string with characters instead of its hexadecimal escapes. Servers escape `<`, `>`, `&` and line separators,
 * and some of them everything beyond ASCII; the readers of bodies know only the plain form.
 * @param from behind the quotation mark
 * @param target has room for as many bytes
 * @returns where the string ends; `noEscape` for a control character without a short form, and for half a surrogate pair
 */
export function writeUnescaped(source: Buffer, from: number, to: number, target: Buffer): number {
  let end = 0;
  for (let index = from; index < to; ) {
    const byte = source[index] ?? 0;
    if (byte !== backslash) {
      target[end] = byte;
      end += 1;
      index += 1;
    } else if (source[index + 1] !== letterU) {
      target[end] = byte;
      target[end + 1] = source[index + 1] ?? 0;
      end += 2;
      index += 2;
    } else {
      const code = escapedCode(source, index);
      if (code === noEscape) return noEscape;
      end = putCharacter(code, target, end);
      if (end === noEscape) return noEscape;
      index += escapeBytesOf(code);
    }
  }
  return end;
}

/** Writes a character in UTF-8, as a JSON string has it. */
function putCharacter(code: number, target: Buffer, at: number): number {
  const short = shortForms.get(code);
  if (short !== undefined) {
    target[at] = backslash;
    target[at + 1] = short;
    return at + 2;
  }
  if (code < firstPrintable) return noEscape;
  if (code < 0x80) {
    target[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    target[at] = 0xc0 | (code >> 6);
    return putContinued(code, 1, target, at + 1);
  }
  if (code < firstOfPairs) {
    target[at] = 0xe0 | (code >> 12);
    return putContinued(code, 2, target, at + 1);
  }
  target[at] = 0xf0 | (code >> 18);
  return putContinued(code, 3, target, at + 1);
}

/** Writes the last bytes of a character, six bits each. */
function putContinued(code: number, count: number, target: Buffer, at: number): number {
  for (let index = 0; index < count; index += 1)
    target[at + index] = 0x80 | ((code >> (6 * (count - 1 - index))) & 0x3f);
  return at + count;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : noEscape;
}
