import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";

const SCRIPT = new URL("exit_codes.sh", import.meta.url).pathname;
const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test(
  "a server that is good, slow, failing or absent ends kar run with each code, for a shell",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: [SCRIPT],
      cwd: ROOT,
      env: {
        KAR: `${Deno.execPath()} run -A --no-check main.ts`,
        PORT: String(freePort()),
        NO_COLOR: "1",
      },
    }).output();
    const text = new TextDecoder();
    assert.equal(code, 0, text.decode(stdout) + text.decode(stderr));
  },
);
