// What an answer may cost: bytes, bytes after decompression, and time. And in which encodings it may come.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { bodyBytesMax, EncodingError } from "../../loader/answer-body.ts";
import { BodyTooLargeError, RequestTimeoutError } from "../../loader/errors.ts";
import { HttpExchange, type HttpRequest } from "../../loader/extract/exchange.ts";

const text = JSON.stringify({ text: "grüße 😀 ".repeat(3000) });
/** Longer than any test runs. */
const never = 600_000;

test("a body may have 64 MB and no byte more, whether its length is told or not", async (context) => {
  const piece = Buffer.alloc(2 ** 20);
  const sends = (bytes: number, isTold: boolean): RequestListener => {
    return async (_request, response) => {
      response.writeHead(200, isTold ? { "content-length": String(bytes) } : {});
      for (let left = bytes; left > 0 && !response.destroyed; left -= piece.length)
        await new Promise((resolve) => response.write(piece.subarray(0, Math.min(left, piece.length)), resolve));
      response.end();
    };
  };
  for (const isTold of [true, false]) {
    const fits = await setUp(context, sends(bodyBytesMax, isTold));
    assert.equal(await fits.send((body) => body.length), bodyBytesMax);
    const { send } = await setUp(context, sends(bodyBytesMax + 1, isTold));
    await assert.rejects(send(), BodyTooLargeError);
  }
});

test("decompression ends at 64 MB too", async (context) => {
  const gzip = (bytes: number): RequestListener => {
    const packed = gzipSync(Buffer.alloc(bytes));
    return (_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(packed);
  };
  const fits = await setUp(context, gzip(bodyBytesMax));
  assert.equal(await fits.send((body) => body.length), bodyBytesMax);
  for (const bytes of [bodyBytesMax + 1, 20 * bodyBytesMax]) {
    const { send } = await setUp(context, gzip(bytes));
    await assert.rejects(
      send(),
      (error) => error instanceof BodyTooLargeError && /GET \/a .*64 MB/.test(error.message),
    );
  }
});

test("a server that drips is left after the time that a request may take", async (context) => {
  const { send } = await setUp(context, (_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write("x"), 5);
    response.once("close", () => clearInterval(drip));
  });
  await assert.rejects(
    send(undefined, { msMax: 60 }),
    (error) => error instanceof RequestTimeoutError && error.code === "REQUEST_TIMEOUT",
  );
});

test("so is one that says nothing, and a wait for a connection counts", async (context) => {
  const { send, requests } = await setUp(context, () => undefined, 1);
  const asked = [1, 2, 3].map(() => send(undefined, { msMax: 60 }));
  for (const result of await Promise.allSettled(asked)) {
    assert.equal(result.status, "rejected");
    assert.ok(result.reason instanceof RequestTimeoutError);
  }
  assert.ok(requests() <= 3);
});

test("a request that was left does not harm the next one", async (context) => {
  let answers = false;
  const { send } = await setUp(context, (_request, response) => {
    if (answers) response.end("whole");
    else response.writeHead(200).write("ha");
  });
  await assert.rejects(send(undefined, { msMax: 60 }), RequestTimeoutError);
  answers = true;
  assert.equal(await send(String), "whole");
});

test("no timer and no listener outlives its request, however it ends", async (context) => {
  const { send, signal } = await setUp(context, (request, response) => {
    if (request.url === "/a") response.end("whole");
    else if (request.url === "/cut") response.destroy();
    else response.writeHead(200, { "content-encoding": "br" }).end("x");
  });
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await send();
  const before = timers();
  for (let round = 0; round < 30; round += 1) {
    await send(undefined, { msMax: never });
    await assert.rejects(send(undefined, { path: "/cut", msMax: never }));
    await assert.rejects(send(undefined, { path: "/br", msMax: never }));
  }
  assert.ok(timers() < before + 10, `${before} timers before, ${timers()} after`);
  assert.equal(getEventListeners(signal, "abort").length, 1);
});

test("gzip is asked for, and nothing else", async (context) => {
  const { send } = await setUp(context, (request, response) => {
    response.end(request.headers["accept-encoding"]);
  });
  assert.equal(await send(String), "gzip");
});

const read: readonly (readonly [name: string, header: string | undefined, body: Buffer])[] = [
  ["no encoding", undefined, Buffer.from(text)],
  ["identity", "identity", Buffer.from(text)],
  ["gzip", "gzip", gzipSync(text)],
  ["x-gzip", "x-gzip", gzipSync(text)],
  ["gzip in capitals and blanks", " GZIP ", gzipSync(text)],
  ["gzip in two members", "gzip", Buffer.concat([gzipSync(text.slice(0, 99)), gzipSync(text.slice(99))])],
  ["gzip that is not compressed", "gzip", gzipSync(text, { level: 0 })],
];
for (const [name, header, body] of read) {
  for (const status of [200, 422]) {
    test(`${name} is read, of a ${status}`, async (context) => {
      const { send } = await setUp(context, sending(status, header, body));
      assert.equal(await send(String), text);
    });
  }
}

test("no bytes at all are an empty body in any encoding", async (context) => {
  const { send } = await setUp(context, sending(200, "gzip", Buffer.alloc(0)));
  assert.equal(await send(String), "");
});

const refused: readonly (readonly [name: string, header: string, body: Buffer])[] = [
  ["br", "br", brotliCompressSync(text)],
  ["deflate", "deflate", deflateSync(text)],
  ["zstd", "zstd", Buffer.from(text)],
  ["compress", "compress", Buffer.from(text)],
  ["gzip, br", "gzip, br", Buffer.from(text)],
  ["gzip, gzip", "gzip, gzip", gzipSync(gzipSync(text))],
  ["rot13", "rot13", Buffer.from(text)],
];
for (const [name, header, body] of refused) {
  test(`${name} is refused by its name`, async (context) => {
    const { send } = await setUp(context, sending(200, header, body));
    await assert.rejects(send(), (error) => error instanceof EncodingError && error.message.includes(`"${name}"`));
  });

  test(`an error in ${name} is told by its status`, async (context) => {
    const { send, statuses } = await setUp(context, sending(502, header, body));
    assert.equal(await send(String), "");
    assert.deepEqual(statuses, [502]);
  });
}

for (const [name, body] of Object.entries({
  "cut off": gzipSync(text).subarray(0, -20),
  "cut off after a few bytes": gzipSync(text).subarray(0, 3),
  "no gzip": Buffer.from(text),
  "spoilt in the middle": gzipSync(text).fill(0, 60, 90),
})) {
  test(`gzip that is ${name} is a failure`, async (context) => {
    const { send } = await setUp(context, sending(200, "gzip", body));
    await assert.rejects(send());
  });
}

function sending(status: number, encoding: string | undefined, body: Buffer): RequestListener {
  return (_request, response) => {
    if (encoding !== undefined) response.setHeader("content-encoding", encoding);
    response.writeHead(status).end(body);
  };
}

async function setUp(context: TestContext, listener: RequestListener, connections = 4) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { signal } = new AbortController();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const exchange = new HttpExchange(url, connections, signal);
  context.after(async () => {
    await exchange.close();
    server.closeAllConnections();
    server.close();
  });
  const statuses: number[] = [];
  const send = async <T>(take: (body: Buffer) => T = () => undefined as T, request: Partial<HttpRequest> = {}) => {
    const asked = { method: "GET" as const, path: "/a", headers: {}, ...request };
    const { content } = await exchange.send(
      asked,
      () => undefined,
      (status, body) => {
        statuses.push(status);
        return take(body);
      },
    );
    return content;
  };
  return { send, signal, statuses, requests: () => requests };
}
