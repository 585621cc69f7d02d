import assert from "node:assert/strict";
import { parse } from "./support.ts";

function problems(ui: string): string[] {
  const text = `targets: [{ name: a, url: http://localhost/ }]\nui: ${ui}\n`;
  const { problems } = parse(text);
  return problems.filter(({ severity }) => severity === "error")
    .map(({ path, message }) => `${path} ${message}`);
}

Deno.test("ui.control wants a token of the user's where the address is not loopback", () => {
  assert.deepEqual(problems("{ control: true }"), []);
  for (const address of ["127.0.0.1:1", "localhost:1", "'[::1]:1'"]) {
    assert.deepEqual(problems(`{ control: true, address: ${address} }`), []);
  }
  for (const address of ["':9089'", "0.0.0.0:1", "'10.0.0.1:1'"]) {
    assert.match(
      problems(`{ control: true, address: ${address} }`).join(),
      /must have a token of yours where control is on and address is not loopback/,
    );
    const token = "token: 'kar-${KAR_SECRET}'";
    assert.deepEqual(
      problems(`{ control: true, address: ${address}, ${token} }`),
      [],
    );
    assert.deepEqual(problems(`{ address: ${address} }`), [], "read-only");
  }
});

Deno.test("ui.token is long enough not to be guessed", () => {
  assert.match(problems("{ token: short }").join(), /at least 16/);
  assert.deepEqual(problems("{ token: 0123456789abcdef }"), []);
  assert.match(problems("{ token: 'a b c d e f g h i j' }").join(), /letters/);
});
