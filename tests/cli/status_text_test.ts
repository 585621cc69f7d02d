import assert from "node:assert/strict";
import { statusText } from "../../src/cli/status_text.ts";
import { statusOf } from "../../src/daemon/serve/mod.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { firingFixture } from "../fixtures/snapshot.ts";

const ABOUT = {
  name: "soak",
  version: "0.1.0",
  pid: 4711,
  config: "/etc/kar98k/kar.yaml",
  logFile: "/var/log/kar98k/soak.log",
};
const STATUS = statusOf(firingFixture(), ABOUT, ["The log cannot be written"]);

Deno.test("statusText() shows a run under way", () =>
  assertGolden(
    "status_text",
    statusText(STATUS, { width: 80, color: "none", unicode: true }),
  ));

Deno.test("statusText() does without Unicode, and never passes the edge", () => {
  const look = { color: "none", unicode: false } as const;
  for (const width of [40, 80, 200]) {
    const text = statusText(STATUS, { ...look, width });
    assert.doesNotMatch(text, /[^\n\x20-\x7e]/);
    for (const line of text.split("\n")) assert.ok(line.length <= width, line);
  }
});
