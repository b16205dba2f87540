import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { plainText } from "../../loader/extract/plain-text.ts";
import { collapsed } from "../checker/white-space.ts";

const folder = join(import.meta.dirname, "texts");
const bodies = (await readdir(folder)).filter((name) => name.endsWith(".html")).sort();

test("there are golden texts to compare with", () => {
  assert.ok(bodies.length >= 40, `only ${bodies.length} bodies in ${folder}`);
});

for (const body of bodies) {
  test(`the body ${body} reads as its text file says`, async () => {
    const html = await readFile(join(folder, body), "utf8");
    const expected = collapsed(await readFile(join(folder, body.replace(/\.html$/, ".txt")), "utf8"));
    assert.equal(collapsed(plainText(html)), expected);
  });
}

test("a body that is absent, null or empty has no text", () => {
  assert.equal(plainText(undefined), null);
  assert.equal(plainText(null), null);
  assert.equal(plainText(""), null);
});
