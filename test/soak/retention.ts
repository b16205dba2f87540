import type { DuckDBConnection } from "@duckdb/node-api";
import type { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { EVERYTHING, type Records } from "../fake/desk/world.ts";
import { parseObject } from "../fake/json.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { type Operation, rawSchema } from "./operation.ts";
import type { Gone } from "./truth.ts";

const secondsPerDay = 86_400;
const kinds = ["conversations", "tickets"] as const;
type Kind = (typeof kinds)[number];

/** What purges have taken from the warehouse, and when: it may come back only if Intercom has changed it since. */
export class Retention {
  readonly #operation: Operation;
  /** By kind and id: the record's `updated_at` at the purge, epoch seconds. */
  readonly #taken: Readonly<Record<Kind, Map<string, number>>> = { conversations: new Map(), tickets: new Map() };

  readonly #everTaken = new Set<string>();

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** Whether a purge ever took the conversation, also because Intercom listed it as deleted. */
  hasTaken(conversationId: string): boolean {
    return this.#everTaken.has(conversationId);
  }

  get taken(): number {
    return kinds.reduce((sum, kind) => sum + this.#taken[kind].size, 0);
  }

  /** What is gone now, because nobody has touched it since. */
  gone(): Gone {
    const of = (kind: Kind): Set<string> => {
      const updatedAt = updatedAts(this.#operation.world, kind);
      return new Set([...this.#taken[kind]].filter(([id, before]) => updatedAt.get(id) === before).map(([id]) => id));
    };
    return { conversations: of("conversations"), tickets: of("tickets"), everTaken: this.#everTaken };
  }

  /** `purge --older-than`, with one conversation by its id. @returns in words, what went that should have stayed, or stayed */
  async purge(days: number, conversationId: string): Promise<string[]> {
    const { world } = this.#operation;
    const before = Math.floor(this.#operation.clock.nowMs() / 1000) - days * secondsPerDay;
    const goneBefore = this.gone();
    const flags = ["--older-than", String(days), "--conversation", conversationId];
    const { exitCode, stderr } = await this.#operation.run(["purge", ...flags]);
    if (exitCode !== 0) return [`purge ${flags.join(" ")} ended with ${exitCode}: ${stderr}`];
    const faults: string[] = [];
    const linked = linkedTickets(world, conversationId);
    for (const kind of kinds) {
      const stored = await this.#storedIds(kind);
      if (kind === "conversations")
        for (const id of world.conversationIds({ includeDeleted: true })) if (!stored.has(id)) this.#everTaken.add(id);
      for (const [id, updatedAt] of updatedAts(world, kind)) {
        if (stored.has(id)) continue;
        if (goneBefore[kind].has(id)) continue;
        const isNamed = id === conversationId || linked.has(id);
        // The purge's clock went on for a moment.
        if (!isNamed && updatedAt > before + 60) faults.push(`${kind} ${id} went, though it changed at ${updatedAt}`);
        this.#taken[kind].set(id, updatedAt);
      }
      if (kind === "conversations" && stored.has(conversationId)) faults.push(`${conversationId} was named and stays`);
      for (const [id, updatedAt] of updatedAts(world, kind)) {
        const isAlone = kind === "conversations" && linkedTickets(world, id).size === 0;
        if (isAlone && stored.has(id) && updatedAt < before) faults.push(`${kind} ${id} stays since ${updatedAt}`);
      }
    }
    return faults;
  }

  #storedIds(kind: Kind): Promise<Set<string>> {
    return readDuckDb(this.#operation.duckdbPath, async (connection: DuckDBConnection) => {
      const found = await connection.runAndReadAll(`select distinct id from ${rawSchema}.${kind}`);
      return new Set(found.getRows().map(([id]) => String(id)));
    });
  }
}

/** When each living record changed last, by id. */
function updatedAts(world: GeneratedWorld, kind: Kind): Map<string, number> {
  const records: Records = kind === "conversations" ? world.conversations : world.tickets.records(0);
  const found = new Map<string, number>();
  const now = world.clock();
  records.select(EVERYTHING, now, (key, updatedAt) => {
    found.set(textOf(records.render(key, now)["id"]), updatedAt);
  });
  return found;
}

/** The ticket that a conversation became. */
function linkedTickets(world: GeneratedWorld, conversationId: string): Set<string> {
  const bytes = world.conversationBytes(conversationId, false);
  const ticket = bytes === null ? null : parseObject(bytes.toString())["ticket"];
  if (typeof ticket !== "object" || ticket === null || !("id" in ticket)) return new Set();
  return new Set([textOf(ticket["id"])]);
}

/** An id as text, also one that JSON has as a number. */
function textOf(id: unknown): string {
  const text = JSON.stringify(id) ?? "";
  return text.startsWith('"') ? text.slice(1, -1) : text;
}
