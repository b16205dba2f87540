// A redirect is an answer like any other: nobody follows it, so the token goes to the host that is configured and to no other.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Connection } from "../../loader/activate/http.ts";
import { lists } from "../../loader/extract/lists.ts";
import { Routes } from "../../loader/extract/routes.ts";
import { bodyBytesMax } from "../../loader/http/answer-body.ts";
import { json, setUp, token } from "../extract/client-setting.ts";
import { VirtualTime } from "../tools/virtual-time.ts";

/** A server of somebody else's, and what it was asked. */
async function elsewhere(context: TestContext) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(200, { "content-type": "application/json" }).end('{"stolen":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

for (const status of [300, 301, 302, 303, 305, 307, 308]) {
  test(`Intercom's ${status} to another host is an error that names it, and the other host is asked nothing`, async (context) => {
    const { url, asked } = await elsewhere(context);
    const { send, requests } = await setUp(context, [json(status, {}, { location: url })]);
    await assert.rejects(send(), new RegExp(`answered ${status}`));
    assert.equal(requests.length, 1);
    assert.equal(requests[0]?.headers.authorization, `Bearer ${token}`);
    assert.deepEqual(asked, []);
  });

  test(`a destination's ${status} to another host is its answer, and the other host is asked nothing`, async (context) => {
    const { url, asked } = await elsewhere(context);
    const server = createServer((_request, response) => response.writeHead(status, { location: url }).end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const connection = new Connection({
      effects: new VirtualTime().effects,
      signal: new AbortController().signal,
      concurrency: 1,
    });
    context.after(async () => {
      await connection.close();
      server.close();
    });
    const answer = await connection.request({
      method: "POST",
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/batch/`,
      headers: { authorization: "Bearer secret" },
      body: "{}",
    });
    assert.equal("response" in answer ? answer.response.status : answer.failure, status);
    assert.deepEqual(asked, []);
  });
}

test("a page's address of the next one names a place, and never a host", async (context) => {
  const { url, asked } = await elsewhere(context);
  const { client, requests, time } = await setUp(context, [
    json(200, { data: [{ id: "1" }], pages: { next: `${url}contacts?starting_after=2` } }),
    json(200, { data: [], pages: {} }),
  ]);

  const routes = new Routes(client);
  const { next = {} } = await time.until(routes.list(lists.contacts, {}));
  await time.until(routes.list(lists.contacts, next));
  assert.match(requests[1]?.url ?? "", /^\/contacts\?.*starting_after=2/);
  assert.deepEqual(asked, []);
});

test("of an endless explanation the first words are told", async (context) => {
  const message = "no ".repeat(bodyBytesMax / 16);
  const { send } = await setUp(context, [json(400, { errors: [{ code: "c".repeat(5000), message }] })]);
  await assert.rejects(send(), ({ message: told }: Error) => told.length < 1000 && told.includes("no no no"));
});
