import { createHash } from "node:crypto";
import { writeJson } from "../json.ts";

/** A short fingerprint of a payload. An unchanged record has the same one, and is not stored twice. */
export function payloadHash(payload: unknown): string {
  return createHash("sha256").update(writeJson(payload)).digest("hex").slice(0, 32);
}
