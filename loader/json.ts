declare global {
  // Not yet in TypeScript's library: https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string };
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

/** Integers of 16 digits and more may exceed 2^53 and would be rounded by a plain JSON.parse. */
const longInteger = /[:[,]\s*-?\d{16,}/;

/** JSON text → value, undefined when the text is not JSON. Integers beyond 2^53 keep every digit (as `JSON.rawJSON`). */
export function parseJson(text: string): unknown {
  try {
    return longInteger.test(text) ? JSON.parse(text, keepLongInteger) : JSON.parse(text);
  } catch {
    return undefined;
  }
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
