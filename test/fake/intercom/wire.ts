// How an answer's JSON goes over the wire: as it is, with the escapes that Rails writes, compressed.
import { gzipSync } from "node:zlib";
import type { Answer } from "./answers.ts";

export interface WireOptions {
  /** `<`, `>`, `&`, line separators and emoji as hexadecimal escapes. */
  readonly isEscaped: boolean;
  /** Compressed where the client takes gzip. */
  readonly isGzip: boolean;
}

const GZIP_LEVEL = 1;
const ESCAPED_IN_BYTES = /[<>&]|\xe2\x80[\xa8\xa9]|[\xf0-\xf4][\x80-\xbf]{3}/g;

export class Wire {
  private readonly options: WireOptions;
  /** Bodies that are kept are sent again and again: what was made of them is kept as long. */
  private readonly made = new WeakMap<Buffer, Buffer>();

  constructor(options: WireOptions) {
    this.options = options;
  }

  /** The answer as it is sent. `accepted`: the client's `accept-encoding` */
  sent(answer: Answer, accepted: string | undefined): Answer {
    const isGzip = this.options.isGzip && (accepted ?? "").includes("gzip");
    if (!isGzip && !this.options.isEscaped) return answer;
    const headers = isGzip ? { ...answer.headers, "content-encoding": "gzip" } : answer.headers;
    return { ...answer, body: this.body(answer.body, isGzip), headers };
  }

  private body(body: string | Buffer, isGzip: boolean): string | Buffer {
    const known = typeof body === "string" ? undefined : this.made.get(body);
    if (known !== undefined) return known;
    const text = typeof body === "string" ? body : body.toString("latin1");
    const escaped = Buffer.from(this.options.isEscaped ? escapedAsRailsDoes(text) : text, "latin1");
    const made = isGzip ? gzipSync(escaped, { level: GZIP_LEVEL }) : escaped;
    if (typeof body !== "string") this.made.set(body, made);
    return made;
  }
}

/** The same JSON with hexadecimal escapes. `bytes`: one character per byte of its UTF-8 */
export function escapedAsRailsDoes(bytes: string): string {
  return bytes.replaceAll(ESCAPED_IN_BYTES, (found) => {
    const text = Buffer.from(found, "latin1").toString();
    return Array.from({ length: text.length }, (_, index) => escapeOf(text.charCodeAt(index))).join("");
  });
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
