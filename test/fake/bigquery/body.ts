import type { IncomingMessage } from "node:http";
import { parseLossless } from "../json.ts";

export type Json = Readonly<Record<string, unknown>>;

/** All of it. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The metadata and the content of a multipart upload. */
export function parts(body: Buffer, contentType: string): readonly [Json, Buffer] {
  const boundary = `--${/boundary="?([^";]+)/.exec(contentType)?.[1] ?? ""}`;
  const sections: Buffer[] = [];
  for (let from = body.indexOf(boundary); from !== -1; ) {
    const to = body.indexOf(boundary, from + boundary.length);
    if (to === -1) break;
    const section = body.subarray(from + boundary.length, to);
    sections.push(section.subarray(section.indexOf("\r\n\r\n") + 4, section.length - 2));
    from = to;
  }
  const content = sections[1] ?? Buffer.alloc(0);
  return [parsed(sections[0] ?? Buffer.from("{}")), content];
}

/** An object of JSON with every digit of its numbers. Errors: TypeError when it is no object. */
export function parsed(body: Buffer): Json {
  const value: unknown = parseLossless(body.toString("utf8"));
  if (typeof value !== "object" || value === null) throw new TypeError("not an object");
  return { ...value };
}

/** A property of a reference, as text. */
export function idIn(reference: unknown, key: string): string {
  return String(propertyOf(reference, key) ?? "");
}

export function propertyOf(value: unknown, key: string): unknown {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return entries.find(([name]) => name === key)?.[1];
}
