import { at, type JsonObject, objectsIn, textOf } from "../../fake/json.ts";
import type { GrainRow, KnownConversation } from "../conversation/known.ts";
import type { Directory } from "../conversation/labels.ts";
import { isoTime } from "../conversation/log.ts";

/** The rows of `ai_agent_contents` of a conversation, in all columns, by key. `articleIds`: articles that were ever loaded. */
export function aiContentRows(
  known: KnownConversation,
  directory: Directory,
  articleIds: ReadonlySet<string>,
): GrainRow[] {
  const { id, workspaceId, opened } = known;
  const listed = objectsIn(at(directory.conversation(id, false), "ai_agent.content_sources.content_sources"));
  const byKey = new Map<string, GrainRow>();
  for (const { type, title, url, locale } of listed.map(sourceOf).toSorted(inOrder)) {
    const key = `${type} ${url}`;
    const articleId = type === "article" ? idIn(url) : null;
    if (byKey.has(key)) continue;
    byKey.set(key, {
      conversation_id: id,
      workspace_id: workspaceId,
      content_source_key: key,
      article_id: articleId !== null && articleIds.has(articleId) ? articleId : null,
      content_type: type,
      title,
      url,
      locale,
      conversation_created_at: isoTime(opened.at),
    });
  }
  return [...byKey.values()];
}

type Source = { readonly type: string; readonly title: string; readonly url: string; readonly locale: string };

function sourceOf(source: JsonObject): Source {
  const text = (name: string): string => textOf(source[name]) ?? "";
  return { type: text("content_type"), title: text("title"), url: text("url"), locale: text("locale") };
}

/** Of a source that is listed twice, the first title counts. */
function inOrder(left: Source, right: Source): number {
  if (left.title !== right.title) return left.title < right.title ? -1 : 1;
  return left.locale < right.locale ? -1 : 1;
}

/** A teammate's address names the id in its query, a customer's in its path. */
function idIn(url: string): string | null {
  const address = new URL(url, "https://app.example");
  return address.searchParams.get("id") ?? address.pathname.split("/").at(-1)?.split("-")[0] ?? null;
}
