import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { differingFigures, ofTexts, withoutTexts } from "../../checker/same-figures.ts";
import { FakeAttio } from "../../fake/attio/server.ts";
import type { FakeIntercom } from "../../fake/intercom/server.ts";
import { FakePostHog } from "../../fake/posthog/server.ts";
import { inTexts, nameInText, personal, unknown, written } from "./canaries.ts";
import { columnsWith, markedColumns } from "./columns.ts";
import { addCanaries, ModesWarehouse, startDesk } from "./desk.ts";

const minimised = [
  {
    selected: [],
    modes: { pii: "pseudonymous", body: "scrubbed" },
    forbidden: [...personal, ...unknown, ...inTexts, nameInText, "Canaryfile"],
    unequal: ofTexts,
  },
  {
    // Churn and feedback take half of the time of a build, and are empty or others without texts.
    selected: ["+path:models/marts/support", "+support_ticket_closed"],
    modes: { pii: "none", body: "none" },
    forbidden: [...personal, ...unknown, ...inTexts, ...written, nameInText],
    unequal: withoutTexts,
  },
];

describe("marts of a desk with canaries in every text", { timeout: 900_000 }, () => {
  let fake: FakeIntercom;
  let whole: ModesWarehouse;

  before(async () => {
    fake = await startDesk({ conversations: 120, tickets: 30 });
    addCanaries(fake);
    whole = new ModesWarehouse(fake, { pii: "full", body: "full" });
    await whole.sync();
    await whole.build();
    for (const args of [["snapshot"], reportOf(whole), ["export"]]) await whole.run(args);
  });

  after(async () => {
    whole.remove();
    await fake.close();
  });

  it("have canaries, as the page, the export and the readers' file do, when everything is kept", async () => {
    const found = await whole.found(["canarymail", "Canaryname", "Canarybody", "canary.inbody@"]);
    for (const each of [
      ...[
        "canarymail in intercom.contacts",
        "Canaryname in intercom.contacts",
        "Canarybody in intercom.conversation_parts",
      ],
      ...["Canaryname in report.html", "canarymail in output", "Canarybody in output", "canary.inbody@ in output"],
    ])
      assert.ok(found.includes(each), each);
  });

  it("are marked as personal in the yml, column by column, where a canary is", async () => {
    const canaries = [...personal, "Canaryattribute", ...written, ...inTexts, nameInText];
    const found = await columnsWith(whole.path, canaries);
    assert.ok(found.length > 100, `${found.length} columns`);
    const marked = markedColumns();
    assert.deepEqual(
      found.filter((column) => !marked.has(column)),
      [],
    );
  });

  for (const { modes, forbidden, unequal, selected } of minimised)
    it(`have the figures of all that was written, and no canary in any file or output, PII_MODE=${modes.pii} BODY_MODE=${modes.body}`, async () => {
      const warehouse = new ModesWarehouse(fake, modes);
      try {
        for (const { exitCode, stderr } of await warehouse.sync(forbidden)) assert.equal(exitCode, 0, stderr);
        await warehouse.build(selected);
        for (const args of [
          ["snapshot"],
          ...(selected.length === 0 ? [reportOf(warehouse)] : []),
          ["export"],
          ["status"],
        ])
          assert.equal((await warehouse.run(args)).exitCode, 0, args.join(" "));
        await activate(warehouse);
        assert.deepEqual(await warehouse.found(forbidden), []);
        assert.deepEqual(await differingFigures(whole.path, warehouse.path, unequal), []);
      } finally {
        warehouse.remove();
      }
    });
});

function reportOf(warehouse: ModesWarehouse): string[] {
  return ["report", "--output", join(warehouse.folder, "report.html")];
}

/** Sends the closed tickets to both destinations. What arrives counts as written. */
async function activate(warehouse: ModesWarehouse): Promise<void> {
  const postHog = await FakePostHog.start();
  const attio = await FakeAttio.start({ isCheckingRequests: false, rateLimits: { reads: 4000, writes: 1000 } });
  const settings = {
    ...{ POSTHOG_HOST: postHog.url, POSTHOG_API_KEY: postHog.apiKey },
    ...{ ATTIO_BASE_URL: attio.url, ATTIO_API_KEY: attio.apiKey },
  };
  try {
    for (const args of [["posthog"], ["attio", "--setup"], ["attio", "--create-people", "--writes-per-second", "1000"]])
      await warehouse.run(["activate", ...args], settings);
    assert.ok(postHog.events.length > 20, `${postHog.events.length} events`);
    assert.equal(
      attio.workspace.collection("objects", "people").records.size,
      0,
      "no person has a pseudonym for an address",
    );
    warehouse.printed.push(JSON.stringify(postHog.events));
  } finally {
    await postHog.close();
    await attio.close();
  }
}
