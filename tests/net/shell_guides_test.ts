import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { startEchoInWorker } from "../../src/echo/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import { until } from "../fixtures/until.ts";

/*
 * Every line that these guides tell people to type is run against the sample
 * server, for less time than they say.
 */

const GUIDES = [
  "first-test",
  "capacity",
  "ci-gate",
  "soak",
  "rehearse-incident",
  "grpc",
  "read-a-report",
  "other-tools",
];

/** How else than with 0 a command may end here. */
const MAY_END: Readonly<Record<string, readonly number[]>> = {
  // How fit a machine is that runs tests, nobody knows.
  doctor: [0, 4],
  // Runs of some seconds are too short to differ beyond chance.
  compare: [0, 9],
};

/** Commands that talk to a run that was started with `&`. */
const ASKING = [
  ...["status", "trigger", "pause", "resume", "spike", "set", "stop"],
];

/** Where a guide is followed: a server, and a folder for its files. */
interface Place {
  readonly http: number;
  readonly grpc: number;
  readonly folder: string;
}

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
  /** Goes on beside the lines after it. */
  readonly isBeside: boolean;
}

function textOf(guide: string): string {
  const url = new URL(`../../docs/guides/${guide}.md`, import.meta.url);
  return Deno.readTextFileSync(url);
}

function blocksOf(guide: string, language: string): string[] {
  const regExp = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm");
  return [...textOf(guide).matchAll(regExp)].map(([, text]) => text!);
}

/** Lines that start kar; the server of the test stands for that of a guide. */
function linesOf(guide: string): Line[] {
  return blocksOf(guide, "bash").flatMap((text) => text.split("\n"))
    .filter((line) => line !== "" && !/^kar echo\b.*&$/.test(line))
    .map((line) => {
      const [, set = "", rest, beside] = /^((?:[A-Z]+=\S+ )*)kar (.*?)( &)?$/
        .exec(line)!;
      const env = Object.fromEntries(
        set.trim().split(" ").filter(Boolean).map((each) => each.split("=")),
      );
      const words = (rest!.match(/'[^']*'|\S+/g) ?? []).map((word) =>
        word.replace(/^'(.*)'$/s, "$1")
      );
      return { env, words, isBeside: beside !== undefined };
    });
}

/** Writes the configs of a guide under the names in their first lines. */
async function writeConfigs(guide: string, place: Place): Promise<void> {
  for (const text of blocksOf(guide, "yaml")) {
    const name = /^# (\w+\.yaml)$/m.exec(text)?.[1];
    if (name === undefined) continue;
    const here = text.replaceAll("localhost:8080", `127.0.0.1:${place.http}`);
    await Deno.writeTextFile(`${place.folder}/${name}`, here);
  }
}

/** The same line for a test: other ports, a folder of its own, and less time. */
function shortened(
  { words, isBeside }: Line,
  { http, grpc, folder }: Place,
): string[] {
  const isSent = ["run", "discover"].includes(words[0]!);
  const isJudged = words[0] === "run" && words.includes("--threshold");
  const short = words.map((word, i) => {
    const before = words[i - 1];
    if (["-d", "--duration"].includes(before ?? "") && words[0] === "run") {
      // A percentile needs ten samples beyond it; what is asked goes on.
      return isBeside ? "10m" : isJudged ? "4s" : "300ms";
    }
    if (before === "--max") return "60";
    // A busy machine is slow, and no threshold of a guide is about that.
    if (isJudged && before === "--threshold") {
      return word.replace(/< \d+ms$/, "< 60s");
    }
    if (before === "--fail-if") return word.replace(/by \d+%$/, "by 100000%");
    return word.replaceAll("localhost:8080", `127.0.0.1:${http}`)
      .replaceAll("localhost:9000", `127.0.0.1:${grpc}`)
      .replace(
        /^((?:\w+=)?)(\w+\.(?:yaml|json|kar|xml|md|html|csv))$/,
        `$1${folder}/$2`,
      );
  });
  return [
    ...short,
    ...(words[0] === "discover" ? ["--min", "40", "--step", "300ms"] : []),
    ...(isSent ? ["--set", "limits.max_lateness=10s"] : []),
    ...(isSent ? ["--set", "metrics.enabled=false"] : []),
    ...(isJudged ? ["--tolerate", "100%"] : []),
  ];
}

/** Types the lines of a guide one after the other, and waits for what goes on beside them. */
async function follow(guide: string, place: Place): Promise<void> {
  await writeConfigs(guide, place);
  const lines = linesOf(guide);
  assert.ok(lines.length >= 2, guide);
  const beside: Promise<void>[] = [];
  for (const line of lines) {
    const done = type(line, place);
    if (!line.isBeside) await done;
    else {
      beside.push(done);
      // One that fails is never there.
      await Promise.race([done, isThere(line, place)]);
    }
  }
  await Promise.all(beside);
}

async function type(line: Line, place: Place): Promise<void> {
  const { words } = line;
  const env = {
    XDG_RUNTIME_DIR: place.folder,
    XDG_STATE_HOME: place.folder,
    ...line.env,
  };
  // A week that ends after a second has not been judged; beside other tests kar
  // itself may have been the limit in most of it.
  const allowed = line.isBeside ? [0, 8, 9] : MAY_END[words[0]!] ?? [0];
  await until(`${words.join(" ")} ends`, async () => {
    const system = new FolderSystem(shortened(line, place), env);
    // What goes on beside others lets time pass, so that its record is written.
    const ticks = line.isBeside ? setInterval(() => system.tick(), 200) : 0;
    const code = await runCli(system).finally(() => clearInterval(ticks));
    const { text } = system.stderr;
    // In a guide's time a second has passed.
    if (text.includes("not one second was written")) return false;
    assert.ok(
      allowed.includes(code),
      `kar ${words.join(" ")}: ${code}: ${text}`,
    );
    return true;
  });
}

/** A run can be asked once its socket is there. */
async function isThere({ words }: Line, { folder }: Place): Promise<void> {
  const name = words[words.indexOf("--name") + 1]!;
  await until(`${name} can be asked`, async () => {
    try {
      await Deno.stat(`${folder}/kar98k/${name}.sock`);
      return true;
    } catch {
      return false;
    }
  });
}

for (const guide of GUIDES) {
  Deno.test(`every line of docs/guides/${guide}.md runs as it is written`, async () => {
    const server = await startEchoInWorker({ port: 0, grpcPort: 0 });
    const folder = await Deno.makeTempDir({ prefix: "kar-guide-" });
    const { http, grpc } = server.ports;
    try {
      await follow(guide, { http, grpc: grpc!, folder });
    } finally {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("a run that a guide starts beside other lines is asked and ended by them", () => {
  for (const guide of GUIDES) {
    const lines = linesOf(guide);
    const names = (words: readonly string[]) =>
      words[words.indexOf("--name") + 1];
    const begun = lines.filter(({ isBeside }) => isBeside)
      .map(({ words }) => names(words));
    const asked = lines.filter(({ words }) => ASKING.includes(words[0]!));
    for (const { words } of asked) assert.ok(begun.includes(names(words)));
    for (const name of begun) {
      assert.ok(
        asked.some(({ words }) => words[0] === "stop" && names(words) === name),
        `${guide}: nothing ends ${name}`,
      );
    }
  }
});
