import { gunzipSync } from "node:zlib";
import { BodyTooLargeError } from "../errors.ts";

/** The largest body that is read, both as it comes and decompressed. */
export const bodyBytesMax = 64 * 2 ** 20;

/** The encodings of a response's body, by their names in `Content-Encoding`. */
type BodyEncoding = "identity" | "gzip";
type HeaderValue = string | readonly string[] | undefined;

/** The last bytes of a gzip file say how long its content is. */
const gzipTrailerBytes = 4;
const firstChunkBytesMax = 4 * 2 ** 20;
const encodingLengthMax = 40;
const noBytes = Buffer.alloc(0);

/** A response came in an encoding that the request did not accept. */
export class EncodingError extends Error {
  override readonly name = "EncodingError";
}

/**
 * The encoding of a response.
 * Errors: EncodingError, which names the encoding, for anything but gzip or x-gzip alone
 */
function encodingOf(header: HeaderValue): BodyEncoding {
  const text = (typeof header === "object" ? header.join(", ") : (header ?? "")).trim().toLowerCase();
  if (text === "" || text === "identity") return "identity";
  if (text === "gzip" || text === "x-gzip") return "gzip";
  const shown = text.replaceAll(/[^a-z0-9, _-]/g, "?").slice(0, encodingLengthMax);
  throw new EncodingError(
    `an answer in the encoding "${shown}", which the request did not accept: look for a proxy or an accelerator on the way that rewrites responses`,
  );
}

/**
 * The decoded body; it may be the bytes themselves.
 * Errors: BodyTooLargeError; zlib's error, with a code, for bytes that are cut off or not gzip
 * @param what the request's name, for messages
 */
function decodedBody(bytes: Buffer, encoding: BodyEncoding, what: string): Buffer {
  if (encoding === "identity" || bytes.length === 0) return bytes;
  const statedLength = bytes.length < gzipTrailerBytes ? 0 : bytes.readUInt32LE(bytes.length - gzipTrailerBytes);
  // In most cases one chunk holds the whole content; the length itself may be wrong.
  const chunkSize = Math.max(1024, Math.min(statedLength + 1, firstChunkBytesMax));
  try {
    return gunzipSync(bytes, { maxOutputLength: bodyBytesMax, chunkSize });
  } catch (error) {
    throw isTooLarge(error) ? tooLarge(what) : error;
  }
}

/**
 * The decoded body of a response. A failure whose body cannot be decoded has an empty body: its status says what to do.
 * Errors: those of `encodingOf` and `decodedBody`, for a 2xx
 */
export function bodyOfAnswer(status: number, encodingHeader: HeaderValue, bytes: Buffer, what: string): Buffer {
  try {
    return decodedBody(bytes, encodingOf(encodingHeader), what);
  } catch (error) {
    if (status >= 200 && status < 300) throw error;
    return noBytes;
  }
}

/** @param what the request's name */
export function tooLarge(what: string): BodyTooLargeError {
  return new BodyTooLargeError(
    `${what} has a response of more than ${bodyBytesMax / 2 ** 20} MB, and the loader reads no larger response.`,
  );
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}
