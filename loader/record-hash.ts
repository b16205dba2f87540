import { createHash } from "node:crypto";
import type { SqlDialect } from "./sql.ts";

/** So many hexadecimal digits of the SHA-256: 128 bits. */
const digits = 32;

/** A conversation, ticket or contact by its hash, as `_purged` has it: whoever knows the id can look it up. */
export function recordHash(workspaceId: string, kind: string, id: string): string {
  return createHash("sha256").update(`${workspaceId}/${kind}/${id}`).digest("hex").slice(0, digits);
}

/** The same in SQL, by the expressions of workspace, kind and id. */
export function recordHashSql({ sha256 }: SqlDialect, workspaceId: string, kind: string, id: string): string {
  return `substr(${sha256(`concat(${workspaceId}, '/', ${kind}, '/', ${id})`)}, 1, ${digits})`;
}
