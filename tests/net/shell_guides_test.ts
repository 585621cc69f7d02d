import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";

/*
 * Every line that these guides tell people to type is run against the sample
 * server, for less time than they say.
 */

const GUIDES = ["first-test", "capacity", "other-tools"];

/** A process in memory that has the real files of a folder. */
class FolderSystem extends FakeSystem {
  constructor(args: readonly string[], env: Record<string, string>) {
    super({ args, env });
  }

  override readonly readConfigFile = (path: string): Promise<string> =>
    Deno.readTextFile(path);
}

interface Line {
  readonly env: Record<string, string>;
  readonly words: readonly string[];
}

/** Lines that start kar, without those that go on until they are ended. */
function linesOf(guide: string): Line[] {
  const url = new URL(`../../docs/guides/${guide}.md`, import.meta.url);
  const blocks = Deno.readTextFileSync(url).matchAll(
    /^```bash\n([^]*?)^```$/gm,
  );
  return [...blocks].flatMap(([, text]) => text!.split("\n"))
    .filter((line) => line !== "" && !/^kar echo\b.*&$/.test(line))
    .map((line) => {
      const [, set = "", rest] = /^((?:[A-Z]+=\S+ )*)kar (.*)$/.exec(line)!;
      const env = Object.fromEntries(
        set.trim().split(" ").filter(Boolean).map((each) => each.split("=")),
      );
      const words = (rest!.match(/'[^']*'|\S+/g) ?? []).map((word) =>
        word.replace(/^'(.*)'$/s, "$1")
      );
      return { env, words };
    });
}

/** The same line for a test: another port, a folder of its own, and less time. */
function shortened(
  words: readonly string[],
  port: number,
  folder: string,
): string[] {
  const short = words.map((word, i) => {
    const before = words[i - 1];
    if (["-d", "--duration"].includes(before ?? "") && words[0] === "run") {
      return "300ms";
    }
    if (before === "--max") return "60";
    return word.replaceAll("localhost:8080", `127.0.0.1:${port}`)
      .replace(/^((?:json=)?)(\w+\.(?:yaml|json))$/, `$1${folder}/$2`);
  });
  const isSent = ["run", "discover"].includes(words[0]!);
  return [
    ...short,
    ...(words[0] === "discover" ? ["--min", "40", "--step", "300ms"] : []),
    ...(isSent ? ["--set", "limits.max_lateness=10s"] : []),
  ];
}

for (const guide of GUIDES) {
  Deno.test(`every line of docs/guides/${guide}.md runs as it is written`, async () => {
    const server = await startEchoInWorker({ port: 0 });
    const folder = await Deno.makeTempDir({ prefix: "kar-guide-" });
    try {
      const lines = linesOf(guide);
      assert.ok(lines.length >= 2, guide);
      for (const { env, words } of lines) {
        const args = shortened(words, server.ports.http, folder);
        const system = new FolderSystem(args, env);
        const code = await runCli(system);
        // How fit a machine is that runs tests, nobody knows.
        const allowed = words[0] === "doctor" ? [0, 4] : [0];
        assert.ok(
          allowed.includes(code),
          `kar ${words.join(" ")}: ${system.stderr.text}`,
        );
      }
    } finally {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  });
}
