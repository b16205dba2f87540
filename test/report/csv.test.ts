import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../loader/report/view/card.ts";

test("what is copied from the page is no formula to a spreadsheet, with whatever sign it begins", () => {
  const rows = ["=1+1", "\uff1d1+1", '"=1+1', "a;=1+1", "\t=1"].map((text) => ({
    text,
    n: -1,
    isIt: true,
    none: null,
  }));
  const columns = (["text", "n", "isIt", "none"] as const).map((name) => ({ name, kind: "text" as const }));
  const [head, ...lines] = csvOf({ id: "", title: "", columns, rows }).split("\r\n");
  assert.equal(head, "text,n,isIt,none");
  for (const line of lines) {
    assert.match(line, /'/);
    assert.match(line, /,-1,true,$/);
  }
});
