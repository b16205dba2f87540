import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { parseHTML } from "linkedom";
import type { ReportData } from "../read/page-data.ts";
import { pageElement } from "../view/body.ts";
import { defaultFilters } from "../view/filters.ts";

/** The width that a chart is drawn at before the script knows the reader's screen, in pixels. */
const chartWidth = 560;

/**
 * The page as one HTML text: it needs no file and no network beside it. Its policy allows the one script and the one style sheet
 * that it has, by their hashes, and nothing else: no request, no frame, no form, no markup from text.
 */
export async function pageHtml(data: ReportData): Promise<string> {
  const script = await bundle();
  const style = readFileSync(new URL("style.css", import.meta.url), "utf8");
  const { document } = parseHTML("<!doctype html><html lang='en'><head></head><body></body></html>");
  const body = pageElement(document, data, defaultFilters(data), chartWidth);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Support report</title>
<style>${style}</style>
</head>
<body>
${markupOf(body)}
<script type="text/plain" id="data">${dataText(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/**
 * An element as markup, for which it is changed. linkedom leaves `&` in an attribute as it is: a browser would read `&lt;` there
 * as `<`.
 */
export function markupOf(element: HTMLElement): string {
  for (const each of [element, ...element.querySelectorAll("*")]) {
    for (const { name, value } of [...each.attributes])
      if (value.includes("&")) each.setAttribute(name, value.replaceAll("&", "&amp;"));
  }
  return element.outerHTML;
}

/** The data as base64 of gzipped JSON: a tenth of the size, and no text of a customer stands in the page's markup. */
function dataText(data: ReportData): string {
  return gzipSync(JSON.stringify(data), { level: 9 }).toString("base64");
}

/** The page's script with all that it imports. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("client.ts", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
  });
  // A closing tag within a text of the script would end the script.
  return (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
