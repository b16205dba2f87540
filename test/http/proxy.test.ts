import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { readConfig } from "../../loader/config.ts";
import { ConfigError } from "../../loader/errors.ts";
import { proxyFor } from "../../loader/http/proxy.ts";

const intercom = "https://api.intercom.io";
const viaOf = (environment: NodeJS.ProcessEnv, server: string): string | undefined =>
  proxyFor(readConfig(environment).proxies, server)?.host;

const choices: readonly (readonly [rule: string, environment: NodeJS.ProcessEnv, server: string, via?: string])[] = [
  ["without a proxy every server is reached directly", {}, intercom],
  ["https goes through HTTPS_PROXY", { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://h:2" }, intercom, "s:1"],
  ["http goes through HTTP_PROXY", { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://h:2" }, "http://x.example", "h:2"],
  ["https goes through HTTP_PROXY where there is no other", { HTTP_PROXY: "http://h:2" }, intercom, "h:2"],
  ["http does not go through HTTPS_PROXY", { HTTPS_PROXY: "http://s:1" }, "http://x.example"],
  ["lower case counts too", { https_proxy: "http://s:1" }, intercom, "s:1"],
  ["lower case goes first", { https_proxy: "http://s:1", HTTPS_PROXY: "http://t:1" }, intercom, "s:1"],
  ["what is set to nothing is unset", { https_proxy: "", HTTPS_PROXY: "http://t:1" }, intercom, "t:1"],
  ["a proxy without a scheme is one of http", { HTTPS_PROXY: "proxy.example:3128" }, intercom, "proxy.example:3128"],
  ["a proxy may be spoken to over TLS", { HTTPS_PROXY: "https://proxy.example:3128" }, intercom, "proxy.example:3128"],
  ["blanks around a proxy are none of it", { HTTPS_PROXY: " http://s:1 " }, intercom, "s:1"],
];
for (const [rule, environment, server, via] of choices) test(rule, () => assert.equal(viaOf(environment, server), via));

const exceptions: readonly (readonly [list: string, server: string, isDirect: boolean])[] = [
  ["api.intercom.io", intercom, true],
  ["API.Intercom.IO", intercom, true],
  ["api.intercom.io.", intercom, true],
  ["intercom.io", intercom, true],
  [".intercom.io", intercom, true],
  ["*.intercom.io", intercom, true],
  ["*.intercom.io", "https://intercom.io", false],
  ["intercom.io", "https://intercom.io", true],
  [".intercom.io", "https://intercom.io", true],
  ["tercom.io", intercom, false],
  ["io", intercom, true],
  ["api.intercom", intercom, false],
  ["*", intercom, true],
  ["other.example, *", intercom, true],
  ["*", "http://127.0.0.1:9", true],
  ["other.example,api.intercom.io", intercom, true],
  ["other.example api.intercom.io", intercom, true],
  ["other.example ,\tapi.intercom.io ,", intercom, true],
  ["api.intercom.io:443", intercom, true],
  ["api.intercom.io:80", intercom, false],
  ["api.intercom.io:8443", "https://api.intercom.io:8443", true],
  ["api.intercom.io:80", "http://api.intercom.io", true],
  [".intercom.io:443", intercom, true],
  ["*:8080", "http://x.example:8080", true],
  ["*:8080", "http://x.example", false],
  ["https://api.intercom.io/", intercom, true],
  ["localhost", "http://localhost:3000", true],
  ["localhost", "http://127.0.0.1:3000", false],
  ["localhost", "http://fake.localhost:3000", true],
  ["127.0.0.1", "http://127.0.0.1:3000", true],
  ["127.0.0.1:3000", "http://127.0.0.1:3000", true],
  ["127.0.0.1:3001", "http://127.0.0.1:3000", false],
  ["127.0.0.0/8", "http://127.0.0.1:3000", true],
  ["10.0.0.0/8", "http://127.0.0.1:3000", false],
  ["10.0.0.0/8", "http://10.1.2.3", true],
  ["10.0.0.0/99", "http://10.1.2.3", false],
  ["::1", "http://[::1]:3000", true],
  ["[::1]", "http://[::1]:3000", true],
  ["[::1]:3000", "http://[::1]:3000", true],
  ["[::1]:3001", "http://[::1]:3000", false],
  ["fd00::/8", "http://[fd00::7]", true],
  ["", intercom, false],
  [" , ,", intercom, false],
];
for (const [list, server, isDirect] of exceptions)
  test(`NO_PROXY="${list}" means ${isDirect ? "the direct way" : "the proxy"} for ${server}`, () => {
    const proxies = { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://p:1" };
    assert.equal(viaOf({ ...proxies, NO_PROXY: list }, server), isDirect ? undefined : "p:1");
    assert.equal(viaOf({ ...proxies, no_proxy: list }, server), isDirect ? undefined : "p:1");
  });

for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"])
  for (const value of [
    "http://user:hush@",
    "socks5://user:hush@p:1",
    "http://user:hush@p:99999",
    "ftp://p",
    "not a proxy",
    "http://user:hush%zz@p:1",
    "://",
  ])
    test(`${name}=${value} is wrong, and the message names the variable and no password`, () => {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error) =>
          error instanceof ConfigError &&
          error.message.startsWith(`${name} must be the URL of an HTTP proxy`) &&
          !error.message.includes("hush"),
      );
    });

test("credentials are decoded for the proxy and stand in nothing that is told", () => {
  const { proxies } = readConfig({ HTTPS_PROXY: "http://us%40er:hu%3Ash@p:1" });
  const proxy = proxyFor(proxies, intercom);
  assert.equal(proxy?.authorization, `Basic ${Buffer.from("us@er:hu:sh").toString("base64")}`);
  for (const told of [proxy?.host, proxy?.origin, proxy?.variable]) assert.doesNotMatch(String(told), /hu|us/);
});

test("a configuration that is printed shows no credentials", () => {
  const config = readConfig({ HTTPS_PROXY: "http://user:hush@p:1" });
  const base64 = Buffer.from("user:hush").toString("base64");
  for (const text of [inspect(config, { depth: 9 }), JSON.stringify(config)])
    assert.ok(!text.includes("hush") && !text.includes(base64), text);
});
