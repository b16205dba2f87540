import type { FaultKind } from "../fake/intercom/faults.ts";
import { pathOf } from "./odd-answers.ts";
import type { Workshop } from "./workshop.ts";

/** A bad record's tries may cost a run so much of its clock; the rest is what the run takes anyway. */
const runMsMax = 40_000;

/**
 * A whole run in which one conversation fails for good, then one that nothing disturbs. In words, everything that is not
 * as if the conversation had come a run later; empty when all is well.
 */
export async function badRecordFaults(workshop: Workshop, fault: FaultKind, id: string): Promise<string[]> {
  workshop.empty();
  const ids = [...workshop.fake.world.conversationIds()];
  workshop.fake.faults.add({ ...fault, path: pathOf(id) });
  const startMs = workshop.clock.runningMs();
  const run = await workshop.run();
  const tookMs = workshop.clock.runningMs() - startMs;
  workshop.fake.faults.clear();
  const stored = await workshop.storedIds();
  const lost = ids.filter((other) => other !== id && !stored.has(other));
  return [
    ...(run.exitCode === 6 ? [] : [`exit ${run.exitCode} instead of 6: ${String(run.error)}`]),
    ...(run.streams.get("conversations")?.rejected === 1 ? [] : ["the conversation is not the one that was rejected"]),
    ...(run.streams.get("companies")?.stored === 0 ? ["companies did not begin"] : []),
    ...lost.map((other) => `conversation ${other} is not stored`),
    ...(tookMs < runMsMax ? [] : [`the run took ${tookMs} ms`]),
    ...(await workshop.faultsOfNextRun()),
  ];
}
