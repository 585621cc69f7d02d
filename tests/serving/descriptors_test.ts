import assert from "node:assert/strict";
import { connectionsFor } from "../../src/serving/mod.ts";

const limits = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\n` +
  `Max open files            ${soft}                  ${soft}          files\n`;

Deno.test("connectionsFor() leaves most descriptors to the traffic, and a few to everybody", () => {
  assert.equal(connectionsFor(400, limits("1048576")), 400);
  assert.equal(connectionsFor(400, limits("256")), 64);
  assert.equal(connectionsFor(32, limits("256")), 32);
  assert.equal(connectionsFor(400, limits("16")), 8);
  assert.equal(connectionsFor(400, limits("unlimited")), 400);
  assert.equal(connectionsFor(400, null), 400);
});
