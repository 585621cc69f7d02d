import assert from "node:assert/strict";
import { realKar } from "../cli/kar.ts";
import { Pty, ptyTest } from "./pty.ts";

const SCREEN = new URL("../../src/screen/mod.ts", import.meta.url).href;

/** A program that shows a screen, and ends in some way without closing it. */
function programThat(ends: string): string[] {
  const code = `import { openScreen } from "${SCREEN}";
const { stdout: output, stdin: input } = Deno;
openScreen({ output, input, onKey: () => {} }).draw(["the screen"]);
setTimeout(() => { ${ends} }, 500);`;
  return [Deno.execPath(), "eval", code];
}

ptyTest(
  "a screen is taken back after an uncaught error, and the error can be read",
  async () => {
    const ends = [
      'throw new Error("it broke")',
      'Promise.reject(new Error("it broke"))',
    ];
    await Promise.all(ends.map(async (end) => {
      await using pty = new Pty();
      await pty.run(programThat(end));
      await pty.shows(/the screen/);
      assert.match(await pty.ends(1), /it broke/);
    }));
  },
);

ptyTest(
  "a screen is taken back when the program exits without a word",
  async () => {
    await using pty = new Pty();
    await pty.run(programThat("Deno.exit(7)"));
    await pty.shows(/the screen/);
    await pty.ends(7);
  },
);

ptyTest(
  "kar start and kar run --screen say what to do on a dumb terminal",
  async () => {
    await using pty = new Pty();
    await pty.kar(["start"], { env: { TERM: "dumb" } });
    assert.match(await pty.ends(2), /not dumb[^]*kar run/);
  },
);

Deno.test("kar start says what to use without a terminal", async () => {
  const { code, out, err } = await realKar(["start"]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /^kar: kar start asks .*kar run --config FILE.*\n$/);
});
