import { writeJson } from "../../json.ts";
import { plainText } from "../plain-text.ts";
import { writeBodyText } from "./body-text.ts";
import { needsParser } from "./open-elements.ts";
import type { ReadCounters } from "./read-counters.ts";

/** Where a piece of a body in UTF-8 begins and ends. */
export type Slice = { readonly from: number; readonly to: number };

/** Bytes of a timestamp with its quotation marks. */
export const timestampBytes = 22;
/** A text may take so many times the bytes of its body: `&#1;` is written as `\u0001`. */
export const textGrowthMax = 6;

const quote = 0x22;
const zero = 0x30;
const jsonNull = Buffer.from("null");
const secondsPerDay = 86_400;

/** Writes bytes. Like every function here that puts something, it returns where the written bytes end. */
export function putBytes(bytes: Buffer, target: Buffer, at: number): number {
  for (let index = 0; index < bytes.length; index += 1) target[at + index] = bytes[index] ?? 0;
  return at + bytes.length;
}

/** Puts a short string, given without its quotation marks, or null. */
export function putString(source: Buffer, text: Slice | null, target: Buffer, at: number): number {
  if (text === null) return putBytes(jsonNull, target, at);
  const { from, to } = text;
  target[at] = quote;
  let end = at + 1;
  for (let index = from; index < to; index += 1) {
    target[end] = source[index] ?? 0;
    end += 1;
  }
  target[end] = quote;
  return end + 1;
}

/** Puts a body as plain text; null where there is no body or no text. */
export function putBodyText(
  source: Buffer,
  body: Slice | null,
  target: Buffer,
  at: number,
  counters: ReadCounters,
): number {
  if (body === null) return putBytes(jsonNull, target, at);
  counters.bodies += 1;
  const end = writeBodyText(source, body.from, body.to, target, at + 1);
  if (end === needsParser) {
    counters.parsedBodies += 1;
    const html = JSON.parse(source.toString("utf8", body.from - 1, body.to + 1)) as string;
    return at + target.write(writeJson(plainText(html)), at);
  }
  if (end === at + 1) return putBytes(jsonNull, target, at);
  target[at] = quote;
  target[end] = quote;
  return end + 1;
}

/** Puts epoch seconds as UTC ("2024-02-29T12:00:00Z"), or null. */
export function putTimestamp(epochSeconds: number | null, target: Buffer, at: number): number {
  if (epochSeconds === null) return putBytes(jsonNull, target, at);
  const day = Math.floor(epochSeconds / secondsPerDay);
  const second = epochSeconds - day * secondsPerDay;
  target[at] = quote;
  let end = putBytes(dateOf(day), target, at + 1);
  end = putTwoDigits(Math.floor(second / 3600), target, end);
  target[end] = 0x3a;
  end = putTwoDigits(Math.floor(second / 60) % 60, target, end + 1);
  target[end] = 0x3a;
  end = putTwoDigits(second % 60, target, end + 1);
  target[end] = 0x5a;
  target[end + 1] = quote;
  return end + 2;
}

function putTwoDigits(value: number, target: Buffer, at: number): number {
  target[at] = zero + Math.floor(value / 10);
  target[at + 1] = zero + (value % 10);
  return at + 2;
}

/** Days as text, by their number since 1970: a few thousand, each used again and again. */
const dates = new Map<number, Buffer>();

function dateOf(day: number): Buffer {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = Buffer.from(new Date(day * secondsPerDay * 1000).toISOString().slice(0, 11));
  dates.set(day, date);
  return date;
}
