import { ApiError, okAnswer } from "./answers.ts";
import { numberedPage } from "./numbered-pages.ts";
import type { Route } from "./route.ts";

const PER_PAGE_MAX = 150;

/** The OpenAPI of 2.16 names no parameters of these lists; the published client pages them by number. */
export const KNOWLEDGE_ROUTES: readonly Route[] = [
  {
    name: "GET /articles",
    scope: "articles",
    parameters: ["page", "per_page"],
    answer: ({ world, query }) =>
      okAnswer({
        type: "list",
        ...numberedPage(query, world.knowledge.articles(), { perPage: 25, max: PER_PAGE_MAX }),
      }),
  },
  {
    name: "GET /articles/{id}",
    scope: "articles",
    parameters: [],
    answer: ({ world, id }) => {
      const article = world.knowledge.article(id);
      if (article === null) throw new ApiError(404, "not_found", "Resource Not Found");
      return okAnswer(article);
    },
  },
  {
    name: "GET /help_center/collections",
    scope: "articles",
    parameters: ["page", "per_page"],
    answer: ({ world, query }) =>
      okAnswer({
        type: "list",
        ...numberedPage(query, world.knowledge.collections(), { perPage: 20, max: PER_PAGE_MAX }),
      }),
  },
  {
    name: "GET /help_center/help_centers",
    scope: "articles",
    parameters: [],
    answer: ({ world }) => okAnswer({ type: "list", data: world.knowledge.helpCenters() }),
  },
];
