// What the AI agent read before it answered.
import { type JsonText, json } from "../../json-text.ts";

const ARTICLES = 50;
const FIRST_ARTICLE_ID = 7001;
const SNIPPETS = 5;

/** The content sources of a conversation, as its `ai_agent` has them. Some have none, some several, one of them twice. */
export function contentSources(index: number): JsonText {
  const sources = sourcesOf(index);
  return json`{
    "type": "content_source.list",
    "total_count": ${sources.length},
    "content_sources": ${sources}
  }`;
}

function sourcesOf(index: number): readonly JsonText[] {
  const article = index % ARTICLES;
  const snippet = 1 + (index % SNIPPETS);
  switch (index % 11) {
    case 0:
      return [];
    case 1:
    case 2:
      return [articleAt(article, "en"), articleAt((article + 7) % ARTICLES, "en")];
    case 3:
      // In two languages.
      return [articleAt(article, "en"), articleAt(article, "de")];
    case 4:
    case 5:
      return [articleAt(article, "en"), snippetAt(snippet)];
    case 6:
      return [snippetAt(snippet)];
    case 7:
      return [
        json`{
        "content_type": "external_content",
        "url": ${`https://tallyport.example/guides/${snippet}`},
        "title": ${`Guide ${snippet}`},
        "locale": "en"
      }`,
      ];
    case 8:
      // By its page in the help center.
      return [
        json`{
        "content_type": "article",
        "url": ${`https://help.tallyport.example/en/articles/${FIRST_ARTICLE_ID + article}-how-it-works`},
        "title": ${`Page ${FIRST_ARTICLE_ID + article}`},
        "locale": "en"
      }`,
      ];
    default:
      return [articleAt(article, "en")];
  }
}

function articleAt(index: number, locale: string): JsonText {
  const id = FIRST_ARTICLE_ID + index;
  return json`{
    "content_type": "article",
    "url": ${`/fin-ai-agent/content?content=article&id=${id}`},
    "title": ${`Article ${id} & more (${locale})`},
    "locale": ${locale}
  }`;
}

function snippetAt(number: number): JsonText {
  return json`{
    "content_type": "content_snippet",
    "url": ${`/fin-ai-agent/content?content=content_snippet&id=${number}`},
    "title": ${`Snippet ${number}`},
    "locale": "en"
  }`;
}
