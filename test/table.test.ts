import assert from "node:assert/strict";
import { test } from "node:test";
import { counted } from "../loader/counted.ts";
import { aligned } from "../loader/table.ts";

test("in a table the first column stands to the left, and numbers to the right", () => {
  const rows = [
    ["stream", "rows", "rejected"],
    ["conversations", "59", "0"],
    ["tags", "1234", "12"],
  ];
  assert.equal(
    aligned(rows),
    ["stream         rows  rejected", "conversations    59         0", "tags           1234        12"].join("\n"),
  );
  assert.equal(aligned([]), "");
});

test("a count agrees with its noun", () => {
  assert.deepEqual(
    [0, 1, 2].map((number) => counted(number, "record")),
    ["0 records", "1 record", "2 records"],
  );
  assert.equal(counted(2, "company", "companies"), "2 companies");
});
