import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { textOfAnyHtml } from "../../loader/extract/plain-text.ts";
import { textOfSimpleHtml } from "../../loader/extract/simple-html.ts";
import { Dice } from "../fault/dice.ts";

const ordinary = [
  ...[
    "<p>",
    "</p>",
    '<p class="no-margin">',
    "<div>",
    "</div>",
    "<br>",
    "<br/>",
    "<b>",
    "</b>",
    "<ul>",
    "<li>",
    "</li>",
    "</ul>",
  ],
  ...[
    '<a href="x?a=1&amp;b>2">',
    "</a>",
    "<img src='a'>",
    "<blockquote>",
    "</blockquote>",
    "<h1>",
    "</h1>",
    "<hr>",
    "<span>",
    "</span>",
  ],
  ...[
    "a",
    "x y",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "é",
    "😀",
    "\u00a0",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "&#39;",
    "&#x27;",
    "&hellip;",
    "&#8594;",
  ],
];
const odd = [
  ...[
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "</table>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<style>",
    "<!-- c -->",
    "<P>",
  ],
  ...[
    "</br>",
    "<span/>",
    "<a href=x>",
    '<a b"c>',
    "</p >",
    "<",
    ">",
    "&",
    ";",
    "&copy;",
    "&#10;",
    "&#150;",
    "&#55357;",
    "&#1114112;",
    "&ampx",
  ],
  ...["<a href='", '<img alt="', "</", "<p", "<1>", "\u200b", "\ud83d"],
];

describe("the text of simple HTML", () => {
  it("is what a parser finds, or nothing is said, over 200,000 random bodies", () => {
    const dice = new Dice(7);
    let said = 0;
    for (let round = 0; round < 200_000; round += 1) {
      const tokens = round % 3 === 0 ? [...ordinary, ...odd] : ordinary;
      let html = "";
      for (let count = dice.below(9); count >= 0; count -= 1) html += dice.pick(tokens);
      const text = textOfSimpleHtml(html);
      if (text === undefined) continue;
      said += 1;
      assert.equal(text, textOfAnyHtml(html), JSON.stringify(html));
    }
    assert.ok(said > 30_000, `only ${said} of them`);
  });

  it("is found in what editors write", () => {
    const html =
      '<p class="no-margin">See <a href="https://x.example?a=1&amp;b=2" rel="n">this &amp; that</a>:</p>\n<ol><li>One</li><li>Two</li></ol>';
    assert.equal(textOfSimpleHtml(html), "See this & that:\nOne\nTwo");
  });

  for (const html of [
    "<script>x</script>",
    "<pre>a\nb</pre>",
    "<p>&copy;</p>",
    "<b><p>a</b>b</p>",
    "<!--x-->",
    '<p title=a">b>c</p>',
  ]) {
    it(`is left to a parser in ${html}`, () => assert.equal(textOfSimpleHtml(html), undefined));
  }
});
