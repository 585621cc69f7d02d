import assert from "node:assert/strict";
import fc from "fast-check";
import { ServiceLine } from "../../src/echo/service_line.ts";

Deno.test("ServiceLine.join() answers no faster than its capacity, and in order", () => {
  const gaps = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 5000 }),
      (gaps, capacity) => {
        const line = new ServiceLine(capacity);
        const workMs = 1000 / capacity;
        let [nowMs, before] = [0, -Infinity];
        for (const gap of gaps) {
          nowMs += gap;
          const done = nowMs + line.join(nowMs);
          const earliest = Math.max(nowMs, before) + workMs;
          assert.ok(Math.abs(done - earliest) < 1e-6, `${done} ${earliest}`);
          before = done;
        }
      },
    ),
    { verbose: true },
  );
});

Deno.test("ServiceLine.join() holds nobody without a capacity", () => {
  const line = new ServiceLine(null);
  for (let i = 0; i < 100; i++) assert.equal(line.join(5), 0);
});
