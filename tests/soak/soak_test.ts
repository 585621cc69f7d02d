import assert from "node:assert/strict";
import { checkCounts } from "./checks.ts";
import { soak } from "./soak.ts";

/** Far above what it takes: the long proof looks at growth. */
const RSS_MB_MAX = 300;

Deno.test({
  name:
    "kar counts exactly beside a faulty server and two that flood it, for some seconds",
  // Memory is read from /proc.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const soaked = await soak({ seconds: 8, ratePerSec: 60 });
    checkCounts(soaked);
    assert.ok(Math.max(...soaked.rssMb) < RSS_MB_MAX, `${soaked.rssMb}`);
  },
});
