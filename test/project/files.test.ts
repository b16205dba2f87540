import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";
import { linesOf, medianOf, repeatsFolder, tooLong } from "./files.ts";

const medianMax = 130;
/** dbt keeps a table's columns in one file, and this table has over a hundred. */
const widestTable = "models/marts/support/conversation_metrics.yml";

test("no file of the loader, of the models or of the tests is longer than 300 lines", () => {
  for (const pattern of ["loader/**/*.ts", "models/**/*.{sql,yml,md}", "macros/**/*.sql", "test/**/*.ts"])
    assert.deepEqual(
      tooLong(linesOf(repository, pattern)).filter((file) => !file.startsWith(`${widestTable} `)),
      [],
    );
});

test("half of the loader's files have at most 130 lines", () => {
  const median = medianOf(linesOf(repository, "loader/**/*.ts"));
  assert.ok(median <= medianMax, `the median is ${median}`);
});

test("no file's name repeats the name of its folder", () => {
  const files = [...linesOf(repository, "{loader,test}/**/*.ts").keys()];
  assert.deepEqual(files.filter(repeatsFolder), []);
});

test("a file of 301 lines is too long, one of 300 is not, and the median is of the middle", (context) => {
  const folder = temporaryFolder(context);
  for (const [name, lines] of [
    ["a.ts", 301],
    ["b.ts", 300],
    ["c.ts", 1],
  ] as const)
    writeFileSync(join(folder, name), "\n".repeat(lines));
  const lines = linesOf(folder, "*.ts");
  assert.deepEqual(tooLong(lines), ["a.ts has 301 lines"]);
  assert.equal(medianOf(lines), 300);
});

for (const [path, isRepeating] of [
  ["loader/load/bigquery/bigquery-client.ts", true],
  ["loader/load/load-rows.ts", true],
  ["loader/doctor/checks/doctor-dbt.ts", true],
  ["loader/doctor/doctor.ts", false],
  ["loader/purge/plan-sql.ts", false],
  ["loader/load/loads.ts", false],
] as const)
  test(`${path} ${isRepeating ? "repeats" : "does not repeat"} its folder's name`, () => {
    assert.equal(repeatsFolder(path), isRepeating);
  });
