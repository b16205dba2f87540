// A fake for the length of one test: closed when the test ends, however it ends.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { GeneratedWorld } from "../desk/generated-world.ts";
import type { World } from "../desk/world.ts";
import { type FakeIntercom, type FakeIntercomOptions, startFakeIntercom } from "./server.ts";

export async function startedFor(t: TestContext, options?: FakeIntercomOptions): Promise<FakeIntercom>;
export async function startedFor<W extends World>(
  t: TestContext,
  options: FakeIntercomOptions<W> & { readonly world: W },
): Promise<FakeIntercom<W>>;
export async function startedFor(
  t: TestContext,
  options: FakeIntercomOptions<GeneratedWorld> = {},
): Promise<FakeIntercom> {
  const fake = await startFakeIntercom(options);
  t.after(() => fake.close());
  return fake;
}

/** The same, and the test fails when anything was asked that no correct client asks. */
export function assertPlanned(fake: { readonly unplanned: readonly string[] }): void {
  assert.deepEqual(fake.unplanned, []);
}
