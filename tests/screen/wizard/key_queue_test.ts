import assert from "node:assert/strict";
import { KeyQueue } from "../../../src/screen/wizard/key_queue.ts";

const CLEAR = "\x15";

/** What a question reads of some keys, pressed one after the other. */
async function readOf(
  presses: readonly string[],
  typing: "replaces" | "adds",
): Promise<string> {
  const queue = new KeyQueue();
  let read = "";
  queue.readable.on("data", (bytes: Uint8Array) => {
    read += new TextDecoder().decode(bytes);
  });
  queue.open("all", typing);
  for (const keys of presses) {
    queue.add(new TextEncoder().encode(keys));
    await new Promise((resolve) => setTimeout(resolve));
  }
  queue.end();
  return read;
}

Deno.test("KeyQueue lets the first letter take away what stood in the field, and only the first", async () => {
  assert.equal(await readOf(["a", "b"], "replaces"), `${CLEAR}ab`);
  assert.equal(await readOf(["ü", "b"], "replaces"), `${CLEAR}üb`);
  assert.equal(await readOf(["a", "b"], "adds"), "ab");
});

Deno.test("KeyQueue lets whoever moves the cursor or takes the answer keep what stood there", async () => {
  for (const first of ["\x1b[D", "\x7f", "\r", "\x15"]) {
    assert.equal(await readOf([first, "a"], "replaces"), `${first}a`);
  }
});
