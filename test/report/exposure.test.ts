import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import type { MartReader } from "../../loader/marts.ts";
import { readReportData } from "../../loader/report/read/contents.ts";
import { repository } from "../tools/repository.ts";

type Exposures = { readonly exposures: readonly { readonly name: string; readonly depends_on: readonly string[] }[] };

test("the exposure of the report names each mart that the report reads, and no other", async () => {
  const read = new Set<string>();
  const marts: MartReader = {
    async rows(query) {
      query((name) => {
        read.add(name);
        return name;
      });
      return [];
    },
    async close() {},
  };
  await readReportData(marts, { version: "", madeAtMs: 0, hasPeople: true });
  const file = join(repository, "models/marts/report/_report__exposures.yml");
  const { exposures } = parse(readFileSync(file, "utf8")) as Exposures;
  const named = exposures.flatMap(({ depends_on }) => depends_on.map((ref) => /'(\w+)'\)/.exec(ref)?.[1]));
  assert.deepEqual(named.toSorted(), [...read].toSorted());
});
