import assert from "node:assert/strict";
import { commandsIn } from "../../src/screen/keys.ts";

function commandsOf(text: string) {
  return commandsIn(new TextEncoder().encode(text));
}

Deno.test("commandsIn() knows every key, with and without shift", () => {
  assert.deepEqual(commandsOf("\r\n"), ["toggle", "toggle"]);
  assert.deepEqual(commandsOf("sS"), ["spike", "spike"]);
  assert.deepEqual(commandsOf("+=-_"), [
    "faster",
    "faster",
    "slower",
    "slower",
  ]);
  assert.deepEqual(commandsOf("qQ\x03"), ["stop", "stop", "interrupt"]);
});

Deno.test("commandsIn() takes no letter of an escape sequence for a key", () => {
  assert.deepEqual(commandsOf("\x1b[A"), []);
  assert.deepEqual(commandsOf("\x1bOS\x1b[200~sq"), []);
  assert.deepEqual(commandsOf("s\x1b[B"), ["spike"]);
});

Deno.test("commandsIn() ignores all other keys", () => {
  assert.deepEqual(commandsOf("abc日 \t"), []);
});
