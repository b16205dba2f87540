// What one exchange with a destination may cost, and in which encodings its answer may come.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Connection } from "../../loader/activate/http.ts";
import { bodyBytesMax, EncodingError } from "../../loader/answer-body.ts";
import { BodyTooLargeError, RequestTimeoutError } from "../../loader/errors.ts";
import { VirtualTime } from "../tools/virtual-time.ts";

const answer = { data: ["grüße 😀"] };
const gzip = { "content-encoding": "gzip" };

test("an answer in gzip is read, also of an error", async (context) => {
  for (const status of [200, 409]) {
    const { ask } = await setUp(context, (_request, response) => {
      response.writeHead(status, gzip).end(gzipSync(JSON.stringify(answer)));
    });
    const asked = await ask();
    assert.ok("response" in asked);
    assert.equal(asked.response.status, status);
    assert.deepEqual(asked.response.json, answer);
  }
});

const failures: Readonly<Record<string, readonly [RequestListener, new (...args: never[]) => Error]>> = {
  "an answer that is larger than 64 MB": [
    async (_request, response) => {
      for (let sent = 0; sent <= bodyBytesMax && !response.destroyed; sent += 2 ** 20)
        await new Promise((resolve) => response.write(Buffer.alloc(2 ** 20, " "), resolve));
      response.end();
    },
    BodyTooLargeError,
  ],
  "one that is larger once it is decompressed": [
    (_request, response) => void response.writeHead(200, gzip).end(gzipSync(Buffer.alloc(2 * bodyBytesMax, " "))),
    BodyTooLargeError,
  ],
  "one in an encoding that was not asked for": [
    (_request, response) => void response.writeHead(200, { "content-encoding": "br" }).end("x"),
    EncodingError,
  ],
  "one that drips": [
    (_request, response) => {
      const drip = setInterval(() => response.write(" "), 5);
      response.once("close", () => clearInterval(drip));
    },
    RequestTimeoutError,
  ],
};
for (const [name, [listener, kind]] of Object.entries(failures)) {
  test(`${name} is a failure, and says why`, async (context) => {
    const isDripping = kind === RequestTimeoutError;
    const { ask, signal } = await setUp(context, listener, isDripping ? 100 : undefined);
    const asked = await ask();
    assert.ok("failure" in asked && asked.failure instanceof kind, JSON.stringify(asked));
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
}

async function setUp(context: TestContext, listener: RequestListener, exchangeMsMax?: number) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const { signal } = new AbortController();
  const connection = new Connection({
    effects: new VirtualTime().effects,
    signal,
    concurrency: 2,
    ...(exchangeMsMax === undefined ? {} : { exchangeMsMax }),
  });
  context.after(async () => {
    await connection.close();
    server.closeAllConnections();
    server.close();
  });
  return { ask: () => connection.request({ method: "GET", url }), signal };
}
