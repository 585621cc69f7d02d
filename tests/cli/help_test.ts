import assert from "node:assert/strict";
import { kar } from "./kar.ts";

/*
 * What a person reads first, kept as golden files. After a change on purpose:
 * `UPDATE_GOLDEN=1 deno task test tests/cli/help_test.ts`.
 */

const GOLDEN = new URL("../golden/", import.meta.url);

const COMMANDS = [
  "run",
  "quickstart",
  "start",
  "status",
  "logs",
  "trigger",
  "pause",
  "resume",
  "spike",
  "set",
  "reload",
  "stop",
  "join",
  "watch",
  "fleet",
  "discover",
  "report",
  "page",
  "runs",
  "doctor",
  "compare",
  "merge",
  "verify",
  "import",
  "learn",
  "replay",
  "demo",
  "simulate",
  "validate",
  "schema",
  "echo",
  "completion",
  "man",
  "version",
] as const;

async function assertGolden(name: string, text: string): Promise<void> {
  const file = new URL(name, GOLDEN);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    await Deno.writeTextFile(file, text);
  }
  assert.equal(text, await Deno.readTextFile(file), `${name} differs`);
}

Deno.test("kar --help shows every command and examples", async () => {
  const { code, out, err } = await kar(["--help"]);
  assert.deepEqual([code, err], [0, ""]);
  await assertGolden("help_kar.golden", out);
  for (const command of COMMANDS) {
    assert.match(out, new RegExp(`^  ${command} `, "m"));
  }
});

for (const command of COMMANDS) {
  Deno.test(`kar ${command} --help shows its flags and examples`, async () => {
    const { code, out, err } = await kar([command, "--help"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /\nExamples:\n {2}\S/);
    await assertGolden(`help_${command}.golden`, out);
  });

  Deno.test(`kar help ${command} is kar ${command} --help`, async () => {
    const { out } = await kar(["help", command]);
    assert.equal(out, (await kar([command, "--help"])).out);
  });
}

Deno.test("kar help has no line past 80 columns outside examples", async () => {
  for (const command of COMMANDS) {
    const { out } = await kar([command, "--help"]);
    const [usage] = out.split("Examples:");
    for (const line of usage!.split("\n")) assert.ok(line.length <= 80, line);
  }
});
