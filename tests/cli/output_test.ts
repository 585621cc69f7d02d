import assert from "node:assert/strict";

const OUTPUT = import.meta.resolve("../../src/cli/output.ts");

/** A process that says far more than a pipe holds, and then the last word on standard output. */
const TALKER = `
import { standardError } from ${JSON.stringify(OUTPUT)};
const stderr = standardError();
for (let i = 0; i < 20_000; i++) stderr.writeSoon("line " + i + "\\n");
// A turn of the event loop, in which the first of it is written.
await new Promise((resolve) => setTimeout(resolve));
for (let i = 0; i < 20_000; i++) stderr.writeSoon("more " + i + "\\n");
console.log("not held up");
await stderr.flushed();
Deno.exit(7);
`;

function talk(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", TALKER],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("writeSoon() holds up nobody when the reader takes nothing, nor does the end", async () => {
  const child = talk();
  // Standard error is not read before the process has ended by itself.
  const { code } = await child.status;
  assert.equal(code, 7);
  const said = await new Response(child.stdout).text();
  assert.equal(said, "not held up\n");
  await child.stderr.cancel();
});

Deno.test("writeSoon() writes whole lines in their order, for a reader that reads", async () => {
  const { code, stderr } = await talk().output();
  assert.equal(code, 7);
  const lines = new TextDecoder().decode(stderr).split("\n");
  assert.equal(lines.pop(), "");
  const first = lines.filter((line) => line.startsWith("line "));
  assert.ok(first.length > 1000);
  assert.deepEqual(first, first.map((_, i) => `line ${i}`));
  assert.ok(lines.every((line) => /^(?:line|more) \d+$/.test(line)));
});
