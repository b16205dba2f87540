import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { bigQueryAt, runDbt } from "./command.ts";

/** What people write into a company's website → its host; null where there is none. */
const websites: readonly (readonly [text: string | null, host: string | null])[] = [
  ["https://www.Example.com/en", "example.com"],
  ["example.com", "example.com"],
  ["  HTTP://EXAMPLE.COM/  ", "example.com"],
  ["\t\nexample.com\n", "example.com"],
  ["\u00a0example.com\u00a0", "example.com"],
  ["\ufeffexample.com\u200b", "example.com"],
  ["//example.com/a", "example.com"],
  ["example.com:8080", "example.com"],
  ["https://example.com:443/a?b=c.d#e", "example.com"],
  ["https://example.com?utm_source=google.com", "example.com"],
  ["https://example.com#top", "example.com"],
  ["https://example.com\\a", "example.com"],
  ["http:\\\\example.com", "example.com"],
  ["https://ann:pass.word@example.com/a", "example.com"],
  ["https://ann@other.org@example.com", "example.com"],
  ["ann:secret@example.com", "example.com"],
  ["ann@example.com", "example.com"],
  ["Ann.Archer+crm@Example.com ", "example.com"],
  ["mailto:ann@example.com?subject=hi", "example.com"],
  ["ann@example.com, bob@other.org", "example.com"],
  ["ann@example.com;bob@other.org", "example.com"],
  ["Ann <ann@example.com>", "example.com"],
  ["example.com <https://example.org>", "example.com"],
  ["<ann@example.com>", "example.com"],
  ["example.com.", "example.com"],
  ["https://example.com./a", "example.com"],
  ["example.com..", "example.com"],
  ["example.com!", "example.com"],
  ["example.com, example.org", "example.com"],
  ["example.com and others", "example.com"],
  ["(example.com)", "example.com"],
  ['"https://example.com"', "example.com"],
  ["'example.com'", "example.com"],
  ["https:example.com", "example.com"],
  ["https:/example.com", "example.com"],
  ["http//example.com", "example.com"],
  ["https://https://example.com", "example.com"],
  ["www2.example.com", "example.com"],
  ["www.com", "www.com"],
  ["shop.example.co.uk/de", "shop.example.co.uk"],
  ["my-shop_1.example.com", "my-shop_1.example.com"],
  ["müller.de", "müller.de"],
  ["https://www.MÜLLER.de/über", "müller.de"],
  ["https://xn--mller-kva.de", "xn--mller-kva.de"],
  ["https://example.xn--p1ai/a", "example.xn--p1ai"],
  ["пример.рф", "пример.рф"],
  ["例え.テスト", "例え.テスト"],
  ["例え。テスト", "例え.テスト"],
  ["उदाहरण.परीक्षा", "उदाहरण.परीक्षा"],
  ["192.168.0.1", null],
  ["http://192.168.0.1:8080/a", null],
  ["http://ann@10.0.0.1", null],
  ["http://[::1]/", null],
  ["http://[2001:db8::1.2.3.4]:80", null],
  ["::ffff:1.2.3.4", null],
  ["localhost", null],
  ["http://localhost:3000", null],
  ["ann@localhost", null],
  ["example.com@localhost", null],
  ["example", null],
  ["Example Inc.", null],
  ["v1.2", null],
  ["1.5", null],
  ["n/a", null],
  ["-", null],
  [".", null],
  ["..", null],
  [".com", null],
  ["example.c", null],
  ["http://", null],
  ["https%3A%2F%2Fexample.com", null],
  ["", null],
  ["   ", null],
  [null, null],
  ["a".repeat(100_000), null],
  [`${"a.".repeat(50_000)}`, null],
];

/** Hosts that belong to no single company. */
const shared = [
  ...["facebook.com", "m.facebook.com", "de-de.facebook.com", "fb.com", "fb.me", "instagram.com", "linkedin.com"],
  ...[
    "uk.linkedin.com",
    "lnkd.in",
    "twitter.com",
    "mobile.twitter.com",
    "x.com",
    "t.co",
    "youtube.com",
    "m.youtube.com",
  ],
  ...[
    "youtu.be",
    "tiktok.com",
    "vm.tiktok.com",
    "pinterest.de",
    "pinterest.co.uk",
    "xing.com",
    "t.me",
    "wa.me",
    "vk.com",
  ],
  ...["apps.apple.com", "itunes.apple.com", "play.google.com", "apps.microsoft.com", "google.com", "sites.google.com"],
  ...["business.google.com", "maps.google.de", "docs.google.com", "google.co.uk", "google.com.br", "goo.gl", "g.page"],
  ...["github.io", "gitlab.io", "pages.dev", "netlify.app", "vercel.app", "herokuapp.com", "web.app", "business.site"],
  ...["shopify.com", "myshopify.com", "admin.shopify.com", "wix.com", "wixsite.com", "wordpress.com", "blogspot.com"],
  ...["blogspot.co.uk", "blogspot.de", "squarespace.com", "webflow.io", "weebly.com", "jimdofree.com", "linktr.ee"],
  ...["gmail.com", "googlemail.com", "outlook.com", "outlook.de", "outlook.com.br", "hotmail.com", "hotmail.co.uk"],
  ...[
    "hotmail.fr",
    "live.com",
    "live.nl",
    "live.co.uk",
    "msn.com",
    "yahoo.com",
    "yahoo.de",
    "yahoo.co.jp",
    "yahoo.com.ar",
  ],
  ...[
    "ymail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "privaterelay.appleid.com",
    "aol.com",
    "aol.de",
    "gmx.de",
    "gmx.net",
  ],
  ...["gmx.at", "gmx.ch", "gmx.com", "gmx.co.uk", "web.de", "t-online.de", "freenet.de", "proton.me", "protonmail.com"],
  ...["protonmail.ch", "pm.me", "mail.ru", "mail.com", "yandex.ru", "yandex.com", "yandex.com.tr", "ya.ru", "qq.com"],
  ...["vip.qq.com", "163.com", "126.com", "naver.com", "orange.fr", "wanadoo.fr", "libero.it", "wp.pl", "seznam.cz"],
  ...["bigpond.com", "comcast.net", "btinternet.com", "uol.com.br", "rediffmail.com", "fastmail.fm", "zohomail.eu"],
  ...[
    "co.uk",
    "com.br",
    "com.au",
    "co.jp",
    "intranet.local",
    "printer.lan",
    "app.localhost",
    "x.internal",
    "home.arpa",
  ],
];

/** Hosts that are a company's own, however alike. */
const own = [
  ...["example.com", "acme.github.io", "acme.myshopify.com", "acme.wordpress.com", "acme.wixsite.com", "acme.web.app"],
  ...["acme.business.site", "acme.blogspot.com", "acme.onmicrosoft.com", "myfacebook.com", "facebook.acme.com"],
  ...["notgmail.com", "gmail.acme.com", "box.com", "netflix.com", "alive.com", "outlook.acme.de", "yahoo-inc.com"],
  ...[
    "google-partner.com",
    "apple.com",
    "microsoft.com",
    "meta.com",
    "hotmail.community",
    "gmx-consulting.de",
    "local.ch",
  ],
  ...["müller.de", "xn--mller-kva.de", "acme.co.uk", "t.com", "linkedin.com.acme.com", "facebook-com.de", "home.pl"],
];

describe("the host that a company is known by", () => {
  let workFolder: string;
  const sql = new Map<string, string>();

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "hosts-"));
    for (const warehouse of ["duckdb", "bigquery"]) {
      const [host, isShared] = await compiled(warehouse, "{{ web_host('text') }}<next>{{ is_shared_host('text') }}");
      sql.set(`${warehouse} web_host`, host ?? "").set(`${warehouse} is_shared_host`, isShared ?? "");
    }
  });

  after(() => rm(workFolder, { recursive: true }));

  async function compiled(warehouse: string, inline: string): Promise<readonly string[]> {
    const line = ["--quiet", "compile", "--no-populate-cache", "--no-introspect", "--inline", `<begin>${inline}`];
    const duckDb = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") };
    const { exitCode, output } = await runDbt(line, workFolder, warehouse === "duckdb" ? duckDb : bigQueryAt());
    assert.equal(exitCode, 0, output);
    return (output.split("<begin>")[1] ?? "").split("<next>").map((text) => text.trim());
  }

  async function answers(expression: string, texts: readonly (string | null)[]): Promise<unknown[]> {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    try {
      const answer = await connection.runAndReadAll(
        `select ${expression} as answer
         from (select unnest(from_json($1::json, '["varchar"]')) as text, generate_subscripts(from_json($1::json, '["varchar"]'), 1) as place)
         order by place`,
        [JSON.stringify(texts)],
      );
      return answer.getRowObjectsJson().map((row) => row["answer"]);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  it("is found in whatever people write for a website", async () => {
    const found = await answers(
      sql.get("duckdb web_host") ?? "",
      websites.map(([text]) => text),
    );
    assert.deepEqual(
      websites.map(([text], position) => [text?.slice(0, 60), found[position]]),
      websites.map(([text, host]) => [text?.slice(0, 60), host]),
    );
  });

  it("is none that belongs to everybody", async () => {
    const found = await answers(sql.get("duckdb is_shared_host") ?? "", shared);
    assert.deepEqual(
      shared.filter((_, position) => found[position] !== true),
      [],
    );
  });

  it("is a company's own, however alike it is to one of everybody's", async () => {
    const found = await answers(sql.get("duckdb is_shared_host") ?? "", own);
    assert.deepEqual(
      own.filter((_, position) => found[position] !== false),
      [],
    );
  });

  it("is found on BigQuery by the same patterns, which RE2 reads on both", () => {
    const patterns = (warehouse: string, macro: string): readonly string[] =>
      [...(sql.get(`${warehouse} ${macro}`) ?? "").matchAll(/r?'(\^[^']*)'/g)].map((match) => match[1] ?? "");
    for (const macro of ["web_host", "is_shared_host"]) {
      assert.equal(patterns("duckdb", macro).length, 1);
      assert.deepEqual(patterns("bigquery", macro), patterns("duckdb", macro));
    }
    assert.match(sql.get("bigquery web_host") ?? "", /^regexp_extract\(.*, r'/);
    assert.match(sql.get("bigquery is_shared_host") ?? "", /^regexp_contains\(text, r'/);
  });
});
