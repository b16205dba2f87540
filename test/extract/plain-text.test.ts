// A body of any shape takes a time that grows with its length alone. The shapes are 3 MB or nest 200,000 deep; where the
// work grew with the square of that, each would take minutes or hours.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainText } from "../../loader/extract/plain-text.ts";
import { depthMax } from "../../loader/extract/text-parser.ts";
import { writeJson } from "../../loader/json.ts";
import { Dice } from "../fault/dice.ts";

const bytes = 3_000_000;
const deep = 200_000;
/** A hundred times what a slow machine needs. */
const secondsMax = 20;

/** So often that it fills a body. */
const filled = (piece: string, before = "", after = ""): string =>
  before + piece.repeat(Math.floor(bytes / piece.length)) + after;

const shapes: Readonly<Record<string, () => string>> = {
  "divs that never end": () => "<div>".repeat(deep),
  "divs that end": () => `${"<div>".repeat(deep)}x${"</div>".repeat(deep)}`,
  "elements of 200,000 names": () => Array.from({ length: deep }, (_, number) => `<x${number}>`).join(""),
  "paragraphs that never end": () => filled("<p>x"),
  "paragraphs and divs in turn": () => filled("<p><div>"),
  "bold text that never ends": () => filled("<b>x"),
  "lists in lists": () => filled("<ul><li>x"),
  "tables in tables": () => filled("<table><tr><td>x"),
  "tags that close each other": () => filled("<b><i></b></i>"),
  "closing tags alone": () => filled("</div>"),
  "closing paragraphs alone": () => filled("</p>"),
  "closing tags of what is not open, deep down": () => `${"<div>".repeat(deep)}${filled("</span>")}`,
  "closing tags of what is open far above": () => `<i>${"<div>".repeat(deep)}${filled("</i>")}`,
  "attributes whose quotes never end": () => filled('<a href="'),
  "an attribute that never ends": () => filled("x", '<a href="'),
  "attributes without end": () => filled("b=c ", "<a "),
  "a comment that never ends": () => filled("<!-- x "),
  "dashes in a comment": () => filled("-", "<!--"),
  "a script that never ends": () => filled("x</scrip", "<script>"),
  "scripts without end": () => filled("<script>"),
  "a style that never ends": () => filled("</styl", "<style>"),
  "entities in a title": () => filled("&amp;</titl", "<title>"),
  "less-than signs": () => filled("<"),
  "greater-than signs": () => filled("<p>>"),
  "half tags": () => filled("</"),
  "half declarations": () => filled("<!"),
  "half instructions": () => filled("<?"),
  ampersands: () => filled("&"),
  "ampersands that are escaped again and again": () => filled("amp;", "&"),
  "escaped ampersands": () => filled("&amp;amp;"),
  "a number of many digits": () => filled("1", "&#"),
  "an entity's name of many letters": () => filled("a", "&"),
  "entities' names that almost are": () => filled("&CounterClockwiseContourIntegra"),
  "CDATA that never ends": () => filled("<![CDATA["),
  "brackets in CDATA": () => filled("]]", "<![CDATA["),
  "pictures in pictures": () => filled("<svg><title>"),
  "formulas in formulas": () => filled("<math><mi>"),
  "forms, deep down": () => `${"<div>".repeat(deep)}${filled("<form>")}`,
  blanks: () => filled(" ", "<p>x", "x"),
  "blanks without markup": () => filled(" ", "x", "x"),
  "line breaks": () => filled("\n", "x", "x"),
  "line breaks with blanks around": () => filled(" \n ", "<pre>x", "x"),
  "short lines with blanks around": () => filled("x \n ", "<pre>"),
  "wide blanks": () => filled("&nbsp;\u00a0\u2003", "<p>"),
  "hidden elements in hidden elements": () => filled("<object>"),
  "hidden elements that end": () => `${"<template>".repeat(deep)}x${"</template>".repeat(deep)}`,
  "text as it is laid out": () => filled("<pre>\n "),
  "options without end": () => filled("<select><option>x"),
  "halves of surrogate pairs": () => filled("\ud83d", "<p>"),
  "backslashes before what looks like an escape": () => filled("\\", "<p>", "\\ud83d"),
};

describe("the text of a body of 3 MB, or nested 200,000 deep", () => {
  for (const [name, shape] of Object.entries(shapes)) {
    it(`is there in bounded time: ${name}`, () => {
      const html = shape();
      const startedAt = performance.now();
      writeJson(plainText(html));
      const seconds = (performance.now() - startedAt) / 1000;
      assert.ok(seconds < secondsMax, `${seconds} s`);
    });
  }
});

describe("markup below the depth that is kept", () => {
  const wrapped = (html: string, tag = "div"): string => `${`<${tag}>`.repeat(deep)}${html}${`</${tag}>`.repeat(deep)}`;

  it("is left out and its text kept, blocks on lines of their own", () => {
    assert.equal(plainText(wrapped("<p>One</p><p>Two &amp; <b>three</b></p>")), "One\nTwo & three");
    assert.equal(plainText(wrapped("a<b>b</b><i>c</i>", "span")), "abc");
  });

  it("ends where it ends, and so does what is around it", () => {
    const before = "<div>a<object>hidden";
    assert.equal(plainText(`${before}${wrapped("hidden")}hidden</object>b</div>c`), "a\nb\nc");
    assert.equal(plainText(`<pre>${wrapped("x")}\n  y</pre>  z`), "x\ny\nz");
  });

  it("hides what is hidden, to its end or to that of what is around it", () => {
    assert.equal(plainText(wrapped("a<template>no</template>b<noscript>no</noscript>c")), "abc");
    assert.equal(plainText(`<section>${"<div>".repeat(deep)}a<object>no</section>b`), "a\nb");
  });

  it("gives the text that it gives at the top, over 3,000 random bodies", () => {
    const dice = new Dice(41);
    const pieces = ["a", " ", "&lt;", "\n", "<br>", "<img>", "<hr>"];
    const tags = ["div", "b", "span", "pre", "template", "object", "blockquote", "section", "h1"];
    const body = (levels: number): string => {
      let html = "";
      for (let count = dice.below(4); count > 0; count -= 1) {
        const tag = dice.pick(tags);
        html += levels > 0 && dice.below(2) === 0 ? `<${tag}>${body(levels - 1)}</${tag}>` : dice.pick(pieces);
      }
      return html;
    };
    for (let round = 0; round < 3000; round += 1) {
      const html = body(5);
      const depth = depthMax - dice.below(6);
      const around = `${"<div>".repeat(depth)}${html}${"</div>".repeat(depth)}`;
      assert.equal(plainText(around), plainText(`<div>${html}</div>`), html);
    }
  });
});
