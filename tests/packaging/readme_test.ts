import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import manifest from "../../deno.json" with { type: "json" };
import { buildTree } from "../../src/cli/tree/tree.ts";
import { configOf, formatProblem, parseConfig } from "../../src/config/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import { commandIn, lastOf, parseDockerfile } from "./dockerfile.ts";

/*
 * What README, guides and ready files tell people to type. Each command line is
 * parsed by the real command tree, whose commands then do nothing.
 */

const ROOT = new URL("../../", import.meta.url);
const README = read("README.md");
/** Every page that a user reads. */
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "ARCHITECTURE.md",
  ...pagesIn("docs"),
  ...pagesIn("docs/guides"),
].map((path) => ({ path, text: read(path) }));

function pagesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))]
    .filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => `${folder}/${name}`).sort();
}

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The texts of all blocks of code in one language. */
function blocks(language: string): string[] {
  return PAGES
    .flatMap(({ text }) => [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)])
    .filter(([, word]) => word === language).map(([, , text]) => text!);
}

/** Every line for a shell, without its remark. */
const LINES = blocks("bash").join("").replaceAll("\\\n", "").split("\n")
  .map((line) => line.replace(/(^|\s+)#.*$/, "").replace(/ &$/, ""));

/** The words after `kar` in every line that starts it, here or in a container. */
function linesOfKar(): string[] {
  return LINES.flatMap((line) =>
    /^(?:docker exec kar )?kar (.*)$/.exec(line)?.[1] ?? []
  );
}

function tree() {
  const tree = buildTree({ system: new FakeSystem(), ended: () => {} });
  for (const command of tree.commands) {
    command.action(() => {});
    for (const below of command.commands) below.action(() => {});
  }
  return tree;
}

/** As a shell splits a line: what stands in quotes is one word. */
function wordsOf(line: string): string[] {
  return (line.match(/'[^']*'|\S+/g) ?? [])
    .map((word) => word.replace(/^'(.*)'$/, "$1"));
}

async function assertParses(words: readonly string[]): Promise<void> {
  try {
    await tree().parseAsync([...words], { from: "user" });
  } catch (error) {
    assert.fail(`kar ${words.join(" ")}: ${error}`);
  }
}

Deno.test("every kar command line of the documentation can be typed as it stands", async () => {
  const lines = linesOfKar();
  assert.ok(lines.length > 20);
  for (const line of lines) await assertParses(wordsOf(line));
});

Deno.test("the test of command lines would see a wrong one", async () => {
  for (const line of ["rnu", "run --confg a", "set speed 2", "demo 5"]) {
    await assert.rejects(assertParses(line.split(" ")));
  }
});

Deno.test("kar can be started as unit, image and compose.yaml start it", async () => {
  const image = parseDockerfile(read("Dockerfile")).at(-1)!;
  const unit = read("configs/systemd/kar.service");
  const { services } = parseYaml(read("compose.yaml"));
  await assertParses(commandIn(lastOf(image, "CMD")));
  await assertParses(/^ExecStart=\S+ (.*)$/m.exec(unit)![1]!.split(" "));
  await assertParses(services.echo.command.split(" "));
});

Deno.test("the README's table of commands has every command", () => {
  const table = README.slice(
    README.indexOf("\n## Commands"),
    README.indexOf("\n## Documentation"),
  );
  for (const command of tree().commands) {
    const name = command.name();
    if (name.startsWith("__")) continue;
    assert.match(table, new RegExp(`\`(kar )?${name}\\b`), name);
  }
});

Deno.test("the documentation names only tasks that there are", () => {
  const regExp = /(?:deno|deno@[\d.]+) task ([a-z]+(?::[a-z]+)?)/g;
  const tasks = PAGES.flatMap(({ text }) => [...text.matchAll(regExp)]);
  assert.ok(tasks.length > 8);
  for (const [, task] of tasks) {
    assert.ok(Object.hasOwn(manifest.tasks, task!), task!);
  }
});

Deno.test("the documentation's configs can be used as they stand", () => {
  const configs = blocks("yaml");
  assert.ok(configs.length > 0);
  for (const text of configs) {
    const parsed = parseConfig(text, {
      file: "README.md",
      // Whoever uses one sets its variables.
      environment: (name) => /proxy/i.test(name) ? undefined : "set",
      systemZone: "UTC",
    });
    assert.deepEqual(parsed.problems.map(formatProblem), []);
    const { targets, journeys } = configOf(parsed);
    assert.ok(targets.length + journeys.length > 0);
  }
});

Deno.test("the links and pictures of every page lead somewhere", () => {
  for (const { path, text } of PAGES) {
    const prose = text.replaceAll(/^```[^]*?^```$/gm, "");
    for (const [, to] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (!to!.startsWith("https:")) assertLeads(path, to!);
    }
  }
  assert.match(README, /\]\(assets\/\w+\.svg\)/);
});

function assertLeads(from: string, to: string): void {
  const [file = "", anchor] = to.split("#");
  const url = file === ""
    ? new URL(from, ROOT)
    : new URL(file, new URL(from, ROOT));
  const what = `${from}: ${to}`;
  assert.ok(Deno.statSync(url).isFile, what);
  if (anchor === undefined) return;
  const titles = [...Deno.readTextFileSync(url).matchAll(/^#+ (.*)$/gm)];
  const anchors = titles.map(([, title]) =>
    title!.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-")
  );
  assert.ok(anchors.includes(anchor), what);
}

Deno.test("the README's table of documents links every page", () => {
  const table = README.slice(
    README.indexOf("\n## Documentation"),
    README.indexOf("\n## Development"),
  );
  for (const path of [...pagesIn("docs"), ...pagesIn("docs/guides")]) {
    assert.ok(table.includes(`](${path})`), path);
  }
});

Deno.test("the README is a page that one reads, not a manual", () => {
  assert.ok(README.split("\n").length <= 201);
});
