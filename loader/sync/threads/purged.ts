import type { Reference } from "../../extract/references.ts";
import { recordHash } from "../../record-hash.ts";
import type { Run } from "../run.ts";
import type { ThreadStream } from "./stream.ts";

/** Which found records a purge has removed, and Intercom has not changed since: they stay away. */
export class PurgedThreads {
  readonly #workspaceId: string;
  readonly #noun: ThreadStream["noun"];
  readonly #updatedAt: ReadonlyMap<string, number>;

  private constructor(run: Run, { noun }: ThreadStream, updatedAt: ReadonlyMap<string, number>) {
    this.#workspaceId = run.workspaceId;
    this.#noun = noun;
    this.#updatedAt = updatedAt;
  }

  /** @param from nothing that is asked about has changed before then, epoch seconds */
  static async read(run: Run, stream: ThreadStream, from: number): Promise<PurgedThreads> {
    return new PurgedThreads(run, stream, await run.warehouse.purgedRecords(run.workspaceId, stream.noun, from));
  }

  /** A record whose change nobody knows counts as changed. */
  has({ id, updatedAt }: Reference): boolean {
    if (this.#updatedAt.size === 0 || id === undefined || updatedAt === undefined) return false;
    const purgedAt = this.#updatedAt.get(recordHash(this.#workspaceId, this.#noun, id));
    return purgedAt !== undefined && updatedAt <= purgedAt;
  }
}
