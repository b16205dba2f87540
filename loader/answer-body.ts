import { gunzipSync } from "node:zlib";
import { BodyTooLargeError } from "./errors.ts";

/** No body is taken in beyond this, neither as it comes nor decompressed. */
export const bodyBytesMax = 64 * 2 ** 20;

/** How an answer's bytes stand for its body, by the names of its `Content-Encoding`. */
type BodyEncoding = "identity" | "gzip";
type HeaderValue = string | readonly string[] | undefined;

/** The last bytes of a gzip file say how long its content is. */
const gzipTrailerBytes = 4;
const firstChunkBytesMax = 4 * 2 ** 20;
const encodingLengthMax = 40;
const noBytes = Buffer.alloc(0);

/** An answer came in an encoding that nobody asked for. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/**
 * What `Content-Encoding` says.
 * Errors: EncodingError, which names it, of anything but gzip (or x-gzip) alone
 */
function encodingOf(header: HeaderValue): BodyEncoding {
  const text = (typeof header === "object" ? header.join(", ") : (header ?? "")).trim().toLowerCase();
  if (text === "" || text === "identity") return "identity";
  if (text === "gzip" || text === "x-gzip") return "gzip";
  const shown = text.replaceAll(/[^a-z0-9, _-]/g, "?").slice(0, encodingLengthMax);
  throw new EncodingError(
    `an answer in the encoding "${shown}", which was not asked for: look for a proxy or an accelerator on the way that rewrites answers`,
  );
}

/**
 * The body that the bytes stand for. It may be the bytes themselves.
 * Errors: BodyTooLargeError; zlib's error, with a code, of what is cut off or no gzip
 * @param what was asked, for messages
 */
function decodedBody(bytes: Buffer, encoding: BodyEncoding, what: string): Buffer {
  if (encoding === "identity" || bytes.length === 0) return bytes;
  const told = bytes.length < gzipTrailerBytes ? 0 : bytes.readUInt32LE(bytes.length - gzipTrailerBytes);
  // One chunk takes the whole content, in most cases; the figure itself may be a lie.
  const chunkSize = Math.max(1024, Math.min(told + 1, firstChunkBytesMax));
  try {
    return gunzipSync(bytes, { maxOutputLength: bodyBytesMax, chunkSize });
  } catch (error) {
    throw isTooLarge(error) ? tooLarge(what) : error;
  }
}

/**
 * The same of an answer with its status. What is no success may do without its body: its status says what to do.
 * Errors: those of `encodingOf` and `decodedBody`, of an answer that says 2xx
 */
export function bodyOfAnswer(status: number, encodingHeader: HeaderValue, bytes: Buffer, what: string): Buffer {
  try {
    return decodedBody(bytes, encodingOf(encodingHeader), what);
  } catch (error) {
    if (status >= 200 && status < 300) throw error;
    return noBytes;
  }
}

/** @param what was asked, for messages */
export function tooLarge(what: string): BodyTooLargeError {
  return new BodyTooLargeError(
    `${what} has an answer of more than ${bodyBytesMax / 2 ** 20} MB, which is not taken in.`,
  );
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}
