// An answer before it is written to a socket, and Intercom's shape of an error.
import type { JsonObject } from "../json.ts";
import { encoded, JsonText, toBytes } from "../json-text.ts";

export interface Answer {
  readonly status: number;
  /** UTF-8; in a string, one character per byte. */
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** An error that is answered as Intercom would. `isUnplanned`: no correct client asks for this. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isUnplanned: boolean;

  constructor(
    status: number,
    code: string,
    message: string,
    isUnplanned = false,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.isUnplanned = isUnplanned;
  }
}

export function okAnswer(payload: JsonObject | JsonText | Buffer): Answer {
  return { status: 200, body: bodyOf(payload), headers: {} };
}

function bodyOf(payload: JsonObject | JsonText | Buffer): string | Buffer {
  if (Buffer.isBuffer(payload)) return payload;
  return payload instanceof JsonText ? payload.bytes : encoded(payload).bytes;
}

/** `requestNumber` makes the request id: the same calls get the same ids. */
export function errorAnswer(error: ApiError, requestNumber: number): Answer {
  const payload = {
    type: "error.list",
    request_id: requestId(requestNumber),
    errors: [{ code: error.code, message: error.message }],
  };
  return { status: error.status, body: toBytes(JSON.stringify(payload)), headers: error.headers };
}

export function requestId(requestNumber: number): string {
  return `00000000-0000-4000-8000-${requestNumber.toString(16).padStart(12, "0")}`;
}

/** A refusal of what was asked, by a client that should know better. */
export function unplanned(code: string, message: string): ApiError {
  return new ApiError(400, code, message, true);
}
