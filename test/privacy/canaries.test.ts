import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FakeIntercom } from "../fake/intercom/server.ts";
import { inTexts, nameInText, personal, unknown, written } from "./canaries.ts";
import { addCanaries, type Modes, ModesWarehouse, startDesk } from "./desk.ts";

const all = [...personal, ...unknown, ...written, ...inTexts, nameInText];
const combinations: readonly Modes[] = [
  { pii: "pseudonymous", body: "full" },
  { pii: "none", body: "scrubbed" },
  { pii: "full", body: "scrubbed" },
  { pii: "full", body: "none" },
];

/** What must be nowhere. */
function forbidden({ pii, body }: Modes): readonly string[] {
  return [
    ...(pii === "full" ? [] : [...personal, ...unknown]),
    ...(body === "full" ? [] : [...inTexts, "Canaryfile", "canaryquery"]),
    ...(body === "none" ? [...written, ...unknown] : []),
    ...(pii !== "full" && body !== "full" ? [nameInText] : []),
  ];
}

describe("what is synced of a desk with canaries in every text", () => {
  let fake: FakeIntercom;

  before(async () => {
    fake = await startDesk({ conversations: 150, tickets: 40 });
    addCanaries(fake);
  });

  after(() => fake.close());

  it("has all of them in the tables, the spool and the archive when everything is kept", async () => {
    const warehouse = new ModesWarehouse(fake, { pii: "full", body: "full" });
    try {
      for (const { exitCode, stderr } of await warehouse.sync(all)) assert.equal(exitCode, 0, stderr.slice(-2000));
      const found = await warehouse.found(all);
      for (const canary of all)
        for (const place of ["intercom_raw.", "archive/", "spool"])
          if (!(canary === "203.0.113.77"))
            assert.ok(
              found.some((each) => each.startsWith(`${canary} in ${place}`)),
              `${canary} in ${place}`,
            );
    } finally {
      warehouse.remove();
    }
  });

  for (const modes of combinations)
    it(`has none of what the modes leave out, PII_MODE=${modes.pii} BODY_MODE=${modes.body}`, async () => {
      const warehouse = new ModesWarehouse(fake, modes);
      try {
        for (const { exitCode, stderr } of await warehouse.sync(all)) assert.equal(exitCode, 0, stderr.slice(-2000));
        assert.deepEqual(await warehouse.found(forbidden(modes)), []);
        // The rest is there: nothing passes because nothing was stored.
        const kept = all.filter((canary) => !forbidden(modes).includes(canary) && canary !== "203.0.113.77");
        const found = await warehouse.found(kept);
        for (const canary of kept)
          assert.ok(
            found.some((each) => each.startsWith(canary)),
            canary,
          );
      } finally {
        warehouse.remove();
      }
    });
});
