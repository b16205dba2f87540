// Answers are lent: whoever reads one sees that answer whole, whatever comes before, beside and after it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readConfig } from "../../loader/config.ts";
import { HttpExchange } from "../../loader/extract/exchange.ts";
import { proxyFor } from "../../loader/proxy.ts";
import { Dice } from "../fault/dice.ts";
import { noOpenssl, trustedCertificate } from "../tools/certificate.ts";
import { TestProxy } from "../tools/http-proxy.ts";

/** How a body is sent: whole with its length, in pieces without one, or ended by the connection's end. */
const framings = ["length", "chunks", "close"] as const;
type Framing = (typeof framings)[number];

test("each of 3,000 answers is read whole and as it was sent, 20 at a time, in pieces of any size", async (context) => {
  const dice = new Dice(30);
  const bodies = Array.from({ length: 3000 }, (_, number) => ({
    bytes: bodyOf(number, dice.pick([0, 1, 200, 20_000, 66_000, dice.below(300_000)])),
    framing: dice.pick(framings),
    pieceBytes: dice.pick([1000, 16_384, 65_536, 500_000]),
    isGzip: dice.below(3) === 0,
  }));
  const { exchange } = await setUp(context, createServer(answering(bodies)), "http", 20);
  let next = 0;
  const ask = async (): Promise<void> => {
    for (let number = next++; number < bodies.length; number = next++) {
      const { content } = await get(exchange, `/${number}`, hashOf);
      assert.equal(content, hashOf(bodies[number]?.bytes ?? Buffer.alloc(0)), `answer ${number}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
});

test("the same is true over TLS", { skip: noOpenssl }, async (context) => {
  const certificate = trustedCertificate(context, ["IP:127.0.0.1"]);
  const dice = new Dice(31);
  const bodies = Array.from({ length: 300 }, (_, number) => ({
    bytes: bodyOf(number, dice.pick([0, 300, 20_000, dice.below(200_000)])),
    framing: dice.pick(framings),
    pieceBytes: dice.pick([1000, 65_536]),
    isGzip: dice.below(3) === 0,
  }));
  const server = createSecureServer(certificate, answering(bodies));
  const { exchange } = await setUp(context, server, "https", 5);
  const numbers = [...bodies.keys()];
  const contents = await Promise.all(numbers.map((number) => get(exchange, `/${number}`, hashOf)));
  assert.deepEqual(
    contents.map(({ content }) => content),
    bodies.map(({ bytes }) => hashOf(bytes)),
  );
});

test("the same is true through a proxy, of http and in a tunnel", { skip: noOpenssl }, async (context) => {
  const certificate = trustedCertificate(context, ["IP:127.0.0.1"]);
  const dice = new Dice(32);
  const bodies = Array.from({ length: 300 }, (_, number) => ({
    bytes: bodyOf(number, dice.pick([0, 300, 20_000, dice.below(200_000)])),
    framing: dice.pick(framings),
    pieceBytes: dice.pick([1000, 65_536]),
    isGzip: dice.below(3) === 0,
  }));
  const hashes = bodies.map(({ bytes }) => hashOf(bytes));
  for (const scheme of ["http", "https"] as const) {
    const server =
      scheme === "http" ? createServer(answering(bodies)) : createSecureServer(certificate, answering(bodies));
    const proxy = await TestProxy.start(context);
    const { exchange } = await setUp(context, server, scheme, 5, { HTTP_PROXY: proxy.url() });
    const contents = await Promise.all(bodies.map((_body, number) => get(exchange, `/${number}`, hashOf)));
    assert.deepEqual(
      contents.map(({ content }) => content),
      hashes,
    );
    assert.equal(proxy.urls.length, scheme === "http" ? bodies.length : 0);
    assert.equal(proxy.tunnels.length > 0, scheme === "https");
  }
});

test("what reading throws is what asking rejects with, and the connection serves the next question", async (context) => {
  const bodies = [{ bytes: bodyOf(1, 90_000), framing: "length" as const, pieceBytes: 90_000, isGzip: false }];
  const { exchange, connections } = await setUp(context, createServer(answering(bodies)), "http", 1);
  const broken = new Error("the disk is full");
  await assert.rejects(
    get(exchange, "/0", () => {
      throw broken;
    }),
    (error) => error === broken,
  );
  assert.equal((await get(exchange, "/0", (body) => body.length)).content, 90_000);
  assert.equal(connections(), 1);
});

type SentBody = {
  readonly bytes: Buffer;
  readonly framing: Framing;
  readonly pieceBytes: number;
  readonly isGzip: boolean;
};

/** Sends the body whose number is the path, in its own framing. */
function answering(bodies: readonly SentBody[]): RequestListener {
  return async (request: IncomingMessage, response: ServerResponse) => {
    const body = bodies[Number(request.url?.slice(1))];
    if (body === undefined) throw new Error(`nothing is at ${request.url}`);
    const { framing, pieceBytes, isGzip } = body;
    const bytes = isGzip ? gzipSync(body.bytes, { level: 1 }) : body.bytes;
    if (isGzip) response.setHeader("content-encoding", "gzip");
    if (framing === "length") response.setHeader("content-length", bytes.length);
    if (framing === "close") {
      response.setHeader("connection", "close");
      response.useChunkedEncodingByDefault = false;
    }
    response.writeHead(200);
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      await new Promise((resolve) => response.write(bytes.subarray(from, from + pieceBytes), resolve));
    }
    response.end();
  };
}

async function setUp(
  context: TestContext,
  server: Server,
  scheme: "http" | "https",
  connections: number,
  environment: NodeJS.ProcessEnv = {},
) {
  let made = 0;
  server.on("connection", () => {
    made += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const exchange = new HttpExchange(
    url,
    connections,
    new AbortController().signal,
    proxyFor(readConfig(environment).proxies, url),
  );
  context.after(async () => {
    await exchange.close();
    server.closeAllConnections();
    server.close();
  });
  return { exchange, connections: () => made };
}

function get<T>(exchange: HttpExchange, path: string, read: (body: Buffer) => T) {
  return exchange.send(
    { method: "GET", path, headers: {} },
    () => undefined,
    (_status, body) => read(body),
  );
}

/** Bytes of their own for each number. */
function bodyOf(number: number, length: number): Buffer {
  return Buffer.alloc(length, createHash("sha256").update(`${number}`).digest());
}

function hashOf(bytes: Buffer): string {
  return `${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
}
