import assert from "node:assert/strict";
import { KeyReader } from "../../src/screen/keys.ts";

/** The commands in what comes in pieces. */
function commandsOf(...pieces: readonly string[]) {
  const reader = new KeyReader();
  return pieces.flatMap((text) => reader.read(new TextEncoder().encode(text)));
}

Deno.test("KeyReader knows every key, with and without shift", () => {
  assert.deepEqual(commandsOf("\r\n"), ["toggle", "toggle"]);
  assert.deepEqual(commandsOf("sS"), ["spike", "spike"]);
  assert.deepEqual(commandsOf("+=-_"), [
    "faster",
    "faster",
    "slower",
    "slower",
  ]);
  assert.deepEqual(commandsOf("qQ\x03"), ["stop", "stop", "interrupt"]);
  assert.equal(commandsOf("+".repeat(200)).length, 200);
});

/** Keys of a terminal that end in, or hold, letters of ours. */
const SEQUENCES = ["\x1b[A", "\x1bOS", "\x1b[1;5S", "\x1b\x1b[B", "\x1bq"];

Deno.test("KeyReader takes no letter of another key for ours, in however many pieces it comes", () => {
  for (const sequence of SEQUENCES) {
    for (let at = 0; at <= sequence.length; at++) {
      const pieces = [sequence.slice(0, at), sequence.slice(at), "s"];
      assert.deepEqual(commandsOf(...pieces), ["spike"], `${sequence} ${at}`);
    }
    assert.deepEqual(commandsOf(...sequence, "s"), ["spike"], sequence);
    assert.deepEqual(commandsOf(`+${sequence}-`), ["faster", "slower"]);
  }
});

Deno.test("KeyReader takes nothing that is pasted for a key, in however many pieces it comes", () => {
  const paste = "\x1b[200~sq\r+\x1b[A\x1b[201~";
  assert.deepEqual(commandsOf(`${paste}-`), ["slower"]);
  assert.deepEqual(commandsOf(...paste, "-"), ["slower"]);
  assert.deepEqual(commandsOf("quit;\r\n", "-"), ["slower"], "unmarked");
});

Deno.test("KeyReader hears Ctrl-C in the middle of anything", () => {
  for (const before of ["\x1b", "\x1b[", "\x1bO", "\x1b[200~", "some text"]) {
    assert.deepEqual(commandsOf(`${before}\x03`), ["interrupt"]);
    assert.deepEqual(commandsOf(before, "\x03"), ["interrupt"]);
  }
});

Deno.test("KeyReader takes a key after an Esc and a pause", () => {
  const reader = new KeyReader();
  assert.deepEqual(reader.read(Uint8Array.of(0x1b)), []);
  reader.pause();
  assert.deepEqual(reader.read(Uint8Array.of(0x71)), ["stop"]);
});

Deno.test("KeyReader ignores all other keys", () => {
  assert.deepEqual(commandsOf("abc日 \t"), []);
  assert.deepEqual(commandsOf(..."abc日 \t"), []);
});
