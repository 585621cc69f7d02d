import assert from "node:assert/strict";
import { kar } from "./kar.ts";

Deno.test("kar start without a terminal says what to use instead", async () => {
  const { code, out, err } = await kar(["start"]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /^kar: kar start asks .*kar run --config FILE.*kar demo/);
  assert.equal(err.trimEnd().split("\n").length, 1);
});

Deno.test("kar start without --daemon refuses what only a daemon has", async () => {
  const flags = [
    ["--config", "a.yaml"],
    ["--trigger"],
    ["--name", "soak"],
    ["--duration", "1m"],
    ["--out", "json=a"],
  ];
  for (const words of flags) {
    const { code, err } = await kar(["start", ...words]);
    assert.equal(code, 2, words.join(" "));
    assert.match(err, /go with --daemon; kar run --config FILE --screen/);
  }
});

Deno.test("kar run --screen without a terminal is refused before anything is sent", async () => {
  const text = `targets: [{ name: a, url: "http://127.0.0.1:1/" }]`;
  const files = { "a.yaml": text };
  const args = ["run", "--screen", "--config", "a.yaml"];
  const { code, out, err } = await kar(args, { files });
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /^kar: --screen needs a terminal/);
});
