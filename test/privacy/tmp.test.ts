import { cpSync, rmSync } from "node:fs";
import { it } from "node:test";
import { addCanaries, ModesWarehouse, startDesk } from "./desk.ts";

it("x", { timeout: 900000 }, async () => {
  const fake = await startDesk({ conversations: 250, tickets: 60 });
  addCanaries(fake);
  rmSync("/tmp/min-w", { recursive: true, force: true });
  for (const [n, pii, body] of [
    ["a", "full", "full"],
    ["b", "pseudonymous", "scrubbed"],
    ["c", "none", "none"],
  ] as const) {
    const w = new ModesWarehouse(fake, { pii, body });
    console.log((await w.sync([])).map((e) => e.exitCode));
    const t = Date.now();
    try {
      await w.build();
    } catch (e) {
      console.log(String(e));
    }
    console.log(n, "built", Date.now() - t);
    cpSync(w.folder, `/tmp/min-w/${n}`, { recursive: true });
    w.remove();
  }
  await fake.close();
});
