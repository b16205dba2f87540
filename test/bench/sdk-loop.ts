// The loop that anybody would write over Intercom's own SDK: search, retrieve one by one, write JSON lines.
// Run as a process of its own: node test/bench/sdk-loop.ts URL TOKEN FILE. Prints {"conversations":…,"parts":…}.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { IntercomClient } from "intercom-client";

const [url, token, file] = process.argv.slice(2);
if (url === undefined || token === undefined || file === undefined)
  throw new Error("usage: sdk-loop.ts URL TOKEN FILE");

const client = new IntercomClient({ token, environment: url, headers: { "Intercom-Version": "2.16" } });
const output = createWriteStream(file);
let conversations = 0;
let parts = 0;

const page = await client.conversations.search({
  query: { field: "updated_at", operator: ">", value: 0 },
  pagination: { per_page: 150 },
});
for await (const item of page) {
  const conversation = await client.conversations.find({ conversation_id: item.id });
  conversations += 1;
  output.write(`${JSON.stringify(conversation)}\n`);
  for (const part of conversation.conversation_parts?.conversation_parts ?? []) {
    parts += 1;
    if (!output.write(`${JSON.stringify(part)}\n`)) await once(output, "drain");
  }
}
output.end();
await once(output, "finish");
process.stdout.write(`${JSON.stringify({ conversations, parts })}\n`);
