import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeBodyText } from "../../../loader/extract/fast/body-text.ts";
import { needsParser } from "../../../loader/extract/fast/open-elements.ts";
import { plainText } from "../../../loader/extract/plain-text.ts";
import { Dice } from "../../fault/dice.ts";

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

/** What Rails escapes, and emoji, which other servers escape. */
const railsEscapes = /[<>&\u2028\u2029]|[\u{10000}-\u{10ffff}]/gu;
const spaces = [
  "\u00a0",
  "\u1680",
  "\u2000",
  "\u200a",
  "\u2028",
  "\u2029",
  "\u202f",
  "\u205f",
  "\u3000",
  "\ufeff",
  "\f",
];
const noSpaces = [
  "\u0085",
  "\u00e0",
  "\u2014",
  "\u200b",
  "\u2030",
  "\u2060",
  "\u3001",
  "\ufebf",
  "\b",
  "\\",
  '"',
  "/",
  "💬",
];

describe("the text of a body as editors write it", () => {
  it("is what a parser finds, or nothing is said, over 200,000 random bodies", () => {
    const dice = new Dice(7);
    let said = 0;
    for (let round = 0; round < 200_000; round += 1) {
      const tokens = round % 3 === 0 ? [...ordinary, ...odd] : ordinary;
      let html = "";
      for (let count = dice.below(9); count >= 0; count -= 1) html += dice.pick(tokens);
      const text = textOf(html);
      if (text === undefined) continue;
      said += 1;
      assert.equal(text, plainText(html), JSON.stringify(html));
    }
    assert.ok(said > 50_000, `only ${said} of them`);
  });

  it("is found without any markup too, line breaks kept, over 50,000 random bodies", () => {
    const dice = new Dice(8);
    for (let round = 0; round < 50_000; round += 1) {
      let body = "";
      for (let count = dice.below(7); count >= 0; count -= 1) {
        body += dice.pick([...spaces, ...noSpaces, " ", "\n", "\r\n", "\t", "a", "b c"]);
      }
      const text = textOf(body);
      if (text !== undefined) assert.equal(text, plainText(body), JSON.stringify(body));
    }
  });

  it("knows every character of JavaScript's white space, and no other", () => {
    for (let code = 1; code < 0x1_0000; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const body = `a${String.fromCharCode(code)}b`;
      const text = textOf(body);
      if (text !== undefined) assert.equal(text, plainText(body), `U+${code.toString(16)}`);
      const entity = `<p>a&#${code};b</p>`;
      const textOfEntity = textOf(entity);
      if (textOfEntity !== undefined) assert.equal(textOfEntity, plainText(entity), entity);
    }
  });

  it("is the same whichever way a slash is written", () => {
    assert.equal(written('"<a href=\\"https:\\/\\/x.example\\">one\\/two</a>"'), "one/two");
  });

  it("is the same, and found as fast, in whatever way a character is escaped, over 200,000 random bodies", () => {
    const dice = new Dice(9);
    let said = 0;
    for (let round = 0; round < 200_000; round += 1) {
      const tokens =
        round % 3 === 0 ? [...ordinary, ...odd, ...spaces, ...noSpaces] : [...ordinary, "\u2028", "\u2029"];
      let html = "";
      for (let count = dice.below(9); count >= 0; count -= 1) html += dice.pick(tokens);
      if (!html.isWellFormed()) continue;
      const plain = textOf(html);
      const escaped = written(escapedJson(html, dice.pick([railsEscapes, /[^ -~]|[<>&'"]/gu, /./gsu])));
      if (plain !== undefined) said += 1;
      assert.equal(escaped, plain, JSON.stringify(html));
      if (escaped !== undefined) assert.equal(escaped, plainText(html), JSON.stringify(html));
    }
    assert.ok(said > 50_000, `only ${said} of them`);
  });

  it("takes no more room than the body", () => {
    const html = "<p>&quot;</p>\n<p>&hellip;&#8217;</p>".repeat(9);
    const source = Buffer.from(JSON.stringify(html));
    const target = Buffer.alloc(source.length);
    const end = writeBodyText(source, 1, source.length - 1, target, 0);
    assert.ok(end > 0 && end <= source.length - 2, `${end} of ${source.length}`);
  });

  it("is found in what editors write", () => {
    const html =
      '<p class="no-margin">See <a href="https://x.example?a=1&amp;b=2" rel="n">this &amp; that</a>:</p>\n<ol><li>One</li><li>Two &#8594; three</li></ol>';
    assert.equal(textOf(html), "See this & that:\nOne\nTwo → three");
  });

  for (const html of [
    "<script>x</script>",
    "<pre>a\nb</pre>",
    "<p>&copy;</p>",
    "<p>&#150;</p>",
    "<b><p>a</b>b</p>",
    "<!--x-->",
    '<p title=a">b>c</p>',
    "<b>".repeat(99),
  ]) {
    it(`is left to a parser in ${html.slice(0, 30)}`, () => assert.equal(textOf(html), undefined));
  }

  for (const json of ['"a\\u000bb"', '"<p>\\u0001"', '"\\ud83d"', '"\\ude00\\ud83d"', '"<p title=\\u0022>b"']) {
    it(`is left to a parser in ${json}`, () => assert.equal(written(json), undefined));
  }
});

/** A JSON string in which such characters are hexadecimal escapes. */
function escapedJson(text: string, characters: RegExp): string {
  const inside = JSON.stringify(text).slice(1, -1);
  // What JSON.stringify has escaped already stays so, but for its short forms where everything is escaped.
  const escaped = inside.replaceAll(/\\u[0-9a-f]{4}|\\.|[^\\]/gsu, (token) => {
    const character = JSON.parse(`"${token}"`) as string;
    const hasShortForm = token.length === 2 && token.startsWith("\\");
    return token.startsWith("\\u") || !character.match(characters) || (hasShortForm && characters.source !== ".")
      ? token
      : character.replaceAll(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  });
  return `"${escaped}"`;
}

/** What is written of a body, null being nothing; undefined when it takes a parser. */
function textOf(body: string): string | null | undefined {
  return written(JSON.stringify(body));
}

function written(json: string): string | null | undefined {
  const source = Buffer.from(json);
  const target = Buffer.alloc(source.length);
  const end = writeBodyText(source, 1, source.length - 1, target, 1);
  if (end === needsParser) return undefined;
  return end === 1 ? null : (JSON.parse(`"${target.toString("utf8", 1, end)}"`) as string);
}
