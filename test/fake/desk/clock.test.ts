import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DeskClock } from "./clock.ts";

describe("the desk's two clocks", () => {
  test("the server's runs with real time, the world's stands still, and both jump", () => {
    let realMs = 5_000;
    const clock = new DeskClock(1000, () => realMs);
    realMs += 20_000;
    assert.deepEqual([clock.now(), clock.serverNowMs()], [1000, 1_020_000]);
    clock.advance(3600);
    assert.deepEqual([clock.now(), clock.serverNowMs()], [4600, 4_620_000]);
  });

  test("what was planned for the first fifteen minutes after a look happens at their end", () => {
    const clock = new DeskClock(1000, () => 0);
    clock.advance(3600);
    assert.deepEqual(
      [1000, 1001, 1500, 1900, 1901, 4600].map((planned) => clock.shown(planned)),
      [1000, 1900, 1900, 1900, 1901, 4600],
    );
    assert.deepEqual(
      [999, 1000, 1500, 1899, 1900, 4600].map((epoch) => clock.plannedUntil(epoch)),
      [999, 1000, 1000, 1000, 1900, 4600],
    );
  });

  test("the quiet is longer when a reader looked longer", () => {
    let realMs = 0;
    const clock = new DeskClock(1000, () => realMs);
    realMs = 2_000_000;
    clock.advance(7200);
    assert.equal(clock.shown(1001), 3001);
  });

  test("a step shorter than the quiet reveals nothing, the next one does", () => {
    const clock = new DeskClock(1000, () => 0);
    clock.advance(60);
    assert.equal(clock.plannedUntil(clock.now()), 1000);
    clock.advance(3600);
    assert.ok(clock.plannedUntil(clock.now()) === 4660);
    assert.equal(clock.shown(1001), 1960, "still after the second look");
  });

  test("with a shorter quiet, shorter steps reveal what was planned", () => {
    const clock = new DeskClock(1000, () => 0, 60);
    clock.advance(600);
    clock.advance(600);
    assert.deepEqual(
      [1001, 1060, 1061, 1600, 1601].map((planned) => clock.shown(planned)),
      [1060, 1060, 1061, 1600, 1660],
    );
    assert.equal(clock.plannedUntil(clock.now()), 2200);
  });

  test("a touch brings the world's clock to the server's, and never back", () => {
    let realMs = 0;
    const clock = new DeskClock(1000, () => realMs);
    realMs = 30_999;
    assert.equal(clock.touch(), 1030);
    assert.equal(clock.touch(), 1030);
    assert.equal(clock.plannedUntil(clock.now()), 1000);
  });
});
