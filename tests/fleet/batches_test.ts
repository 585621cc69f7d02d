import assert from "node:assert/strict";
import { ofParts } from "../../src/nats/batches.ts";

Deno.test("all parts are asked, in their order, and never more than a few at once", async () => {
  for (const parts of [0, 1, 16, 17, 256]) {
    let open = 0;
    let most = 0;
    const found = await ofParts(parts, async (part) => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
      return part;
    });
    assert.deepEqual(found, Array.from({ length: parts }, (_, i) => i + 1));
    assert.ok(most <= 16, `${most}`);
  }
});
