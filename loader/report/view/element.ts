/**
 * Elements without markup: every text goes in as text, so nothing that a customer wrote can become an element. The same code makes
 * the page when it is built (on linkedom's document) and redraws it in the browser.
 */

type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Make = (tag: string, attributes?: Attributes, ...children: readonly Child[]) => HTMLElement;

/** Makes elements in a document. An attribute that is null, undefined or false is left out. */
export function makerFor(document: Document): Make {
  return (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) {
      if (child === null || child === undefined || child === false) continue;
      element.append(typeof child === "string" ? document.createTextNode(child) : child);
    }
    return element;
  };
}

/** A link into Intercom; the plain text where the address is not one of a web page. */
export function linkOrText(make: Make, address: unknown, text: string): Node | string {
  if (typeof address !== "string" || !/^https:\/\//.test(address)) return text;
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}
