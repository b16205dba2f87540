import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Rendered } from "./render.ts";
import { itemOf, RenderedConversations } from "./rendered.ts";

/** Renders conversations of 100 bytes, and counts how often. */
function renderer() {
  const made: number[] = [];
  const render = (key: number) => (): Rendered => {
    made.push(key);
    return { bytes: `{"k":${key}`.padEnd(99, " ").concat("}"), itemBytes: 10 };
  };
  return { made, render };
}

describe("rendered conversations", () => {
  test("are made once for each state of the world", () => {
    const rendered = new RenderedConversations();
    const { made, render } = renderer();
    const first = rendered.get(7, 1, render(7));
    assert.equal(rendered.get(7, 1, render(7)), first);
    assert.deepEqual(made, [7]);
    rendered.get(7, 2, render(7));
    assert.deepEqual(made, [7, 7]);
  });

  test("that are not there are asked for again", () => {
    const rendered = new RenderedConversations();
    const { made, render } = renderer();
    assert.equal(
      rendered.get(7, 1, () => null),
      null,
    );
    assert.ok(rendered.get(7, 1, render(7)) !== null);
    assert.deepEqual(made, [7]);
  });

  test("stay while there is room; of those that come later, the latest do", () => {
    const rendered = new RenderedConversations(1000);
    const { made, render } = renderer();
    for (let key = 0; key < 2000; key++) rendered.get(key, 1, render(key));
    made.length = 0;
    for (const key of [0, 9, 10, 1000, 1999]) rendered.get(key, 1, render(key));
    assert.deepEqual(made, [10, 1000]);
  });

  test("hold the list item, closed", () => {
    const whole = Buffer.from('{"id":"ü","conversation_parts":[]}');
    const itemBytes = Buffer.byteLength('{"id":"ü"');
    assert.equal(Buffer.from(itemOf({ whole, itemBytes }).bytes, "latin1").toString(), '{"id":"ü"}');
  });

  test("are never written over while somebody holds them", () => {
    const rendered = new RenderedConversations(1000);
    const { render } = renderer();
    const held = rendered.get(3, 1, render(3))?.whole;
    const before = held?.toString();
    for (let key = 10; key < 30_000; key++) rendered.get(key, 1 + (key % 3), render(key));
    assert.equal(held?.toString(), before);
  });
});
