import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "./operation.ts";

/** Ids of conversations and tickets, as the fake makes them. */
const recordId = /\b\d{15,20}\b/g;

/** Keeps the warehouse, and the log of each record that the faults name. */
export function keepEvidence(operation: Operation, folder: string, name: string, faults: readonly string[]): void {
  const { world } = operation;
  const ids = new Set(faults.flatMap((fault) => fault.match(recordId) ?? []));
  const logs = [...ids].map((id) => ({
    id,
    events: world.events(id),
    ticketEvents: world.ticketEvents(id),
    contacts: world.events(id) === null ? [] : world.contactsOf(id),
  }));
  mkdirSync(folder, { recursive: true });
  copyFileSync(operation.duckdbPath, join(folder, `${name}.duckdb`));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ faults, logs }, undefined, 2));
}
