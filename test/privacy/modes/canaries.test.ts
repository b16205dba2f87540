import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readRows } from "../../dbt/raw-warehouse.ts";
import type { Fault } from "../../fake/intercom/faults.ts";
import type { FakeIntercom } from "../../fake/intercom/server.ts";
import { inTexts, nameInText, personal, unknown, withCanaries, written } from "./canaries.ts";
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
    fake = await startDesk({ conversations: 100, tickets: 30 });
    addCanaries(fake);
  });

  after(() => fake.close());

  it("has all of them in the tables, the spool and the archive when everything is kept", async () => {
    const warehouse = new ModesWarehouse(fake, { pii: "full", body: "full" });
    try {
      for (const { exitCode, stderr } of await warehouse.sync(all)) assert.equal(exitCode, 0, stderr.slice(-2000));
      const found = await warehouse.found(all);
      // IP addresses are left out unless a flag asks for them. What is in the spool depends on when one looks.
      for (const canary of all)
        for (const place of ["intercom_raw.", "archive/", ...(canary === "Canarybody" ? ["spool"] : [])])
          if (canary !== "203.0.113.77")
            assert.ok(
              found.some((each) => each.startsWith(`${canary} in ${place}`)),
              `${canary} in ${place}`,
            );
    } finally {
      warehouse.remove();
    }
  });

  it("has none of them in rejected records, nor in what is said of odd answers", async () => {
    const odder = await startDesk({ conversations: 60, tickets: 10 });
    const ids = [...odder.world.conversationIds()];
    const of = (index: number): RegExp => new RegExp(`^/conversations/${ids[index]}$`);
    const odd = { message: "No user canarymail.ann@mail.example", name: "Canaryname", body: "Canarybody" };
    const error = { type: "error.list", errors: [{ code: "parameter_invalid", message: odd.message }] };
    const faults: Fault[] = [
      { kind: "status", code: 200, body: `<html>${Object.values(odd).join()}</html>`, path: of(2) },
      { kind: "status", code: 200, body: odd, path: of(3) },
      { kind: "status", code: 422, body: error, path: of(4) },
      {
        kind: "rewritten",
        rewrite: (body) => withCanaries(body).replaceAll('"part_type"', '"part_kind"'),
        path: of(5),
      },
    ];
    try {
      for (const fault of faults) odder.faults.add(fault);
      addCanaries(odder);
      const rejecting = new ModesWarehouse(odder, { pii: "none", body: "none" });
      const { exitCode, stderr } = await rejecting.run(["sync"]);
      assert.equal(exitCode, 6, stderr);
      assert.deepEqual(await rejecting.found(all), []);
      const rows = await readRows(
        rejecting.path,
        "select stream, reason, payload::varchar as payload from intercom_raw._rejected",
      );
      assert.ok(rows.length >= 4 && JSON.stringify(rows).includes("part_kind"), JSON.stringify(rows).slice(0, 2000));
      assert.match(stderr, /No user \[email\]/);
      rejecting.remove();
    } finally {
      await odder.close();
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
