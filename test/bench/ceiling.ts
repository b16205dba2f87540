// How fast the fake answers at all: threads retrieved, the bodies thrown away.
// Run as a process of its own: node test/bench/ceiling.ts URL TOKEN. Prints {"conversations":…}.
import pLimit from "p-limit";
import { Agent, request } from "undici";

const concurrency = 40;
const [url, token] = process.argv.slice(2);
if (url === undefined || token === undefined) throw new Error("usage: ceiling.ts URL TOKEN");

const dispatcher = new Agent({ connections: concurrency });
const headers = { authorization: `Bearer ${token}`, "intercom-version": "2.16" };
const limit = pLimit(concurrency);
let conversations = 0;
let cursor: string | undefined;
do {
  const answer = await request(`${url}/conversations`, {
    dispatcher,
    headers,
    query: { per_page: 150, ...(cursor === undefined ? {} : { starting_after: cursor }) },
  });
  const page = (await answer.body.json()) as {
    conversations: { id: string }[];
    pages: { next?: { starting_after?: string } | null };
  };
  await Promise.all(
    page.conversations.map(({ id }) =>
      limit(async () => {
        await (await request(`${url}/conversations/${id}`, { dispatcher, headers })).body.dump();
        conversations += 1;
      }),
    ),
  );
  cursor = page.pages.next?.starting_after;
} while (cursor !== undefined);
process.stdout.write(`${JSON.stringify({ conversations })}\n`);
await dispatcher.destroy();
