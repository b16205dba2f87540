import { type Answer, ApiError, okAnswer, unplanned } from "./answers.ts";
import { pageSize } from "./listings.ts";
import type { Route, RouteContext } from "./route.ts";

const PER_PAGE = 20;
const PER_PAGE_MAX = 60;
/** The list ends here, however many there are. */
const LISTED_MAX = 10_000;

export const COMPANY_ROUTES: readonly Route[] = [
  { name: "POST /companies/list", scope: "companies", parameters: ["page", "per_page", "order"], answer: list },
  {
    name: "GET /companies/scroll",
    scope: "companies",
    parameters: ["scroll_param"],
    answer: ({ world, scrolls, query }) =>
      okAnswer(scrolls.page(world.companies, query.get("scroll_param"), world.time.serverNowMs())),
  },
  {
    name: "GET /companies/{id}",
    scope: "companies",
    parameters: [],
    answer: ({ world, id }) => {
      const company = world.companies.find(id);
      if (company === null) throw new ApiError(404, "company_not_found", "Company Not Found");
      return okAnswer(company);
    },
  },
];

function list({ world, query }: RouteContext): Answer {
  const perPage = pageSize(query.get("per_page"), PER_PAGE, PER_PAGE_MAX);
  const page = pageSize(query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw unplanned("parameter_invalid", `order can't be ${order}`);
  const keys = world.companies.keys(false);
  const ordered = order === "asc" ? keys.toReversed() : keys;
  if (page * perPage > LISTED_MAX + perPage - 1) {
    throw new ApiError(400, "page_threshold_exceeded", `at most ${LISTED_MAX} companies can be listed: use the scroll`);
  }
  const shown = ordered.slice((page - 1) * perPage, Math.min(page * perPage, LISTED_MAX));
  return okAnswer({
    type: "list",
    data: shown.map((key) => world.companies.render(key)),
    pages: {
      type: "pages",
      next: null,
      page,
      per_page: perPage,
      total_pages: Math.ceil(Math.min(keys.length, LISTED_MAX) / perPage),
    },
    total_count: keys.length,
  });
}
