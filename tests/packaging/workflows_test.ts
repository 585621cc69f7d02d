import assert from "node:assert/strict";
import { parse } from "yaml";
import manifest from "../../deno.json" with { type: "json" };
import { TARGETS } from "../../scripts/packaging/targets.ts";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes": number;
  readonly needs?: string;
  readonly strategy?: {
    readonly matrix: { readonly include: readonly { readonly file: string }[] };
  };
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function read(name: string): { text: string; workflow: Workflow } {
  const text = Deno.readTextFileSync(new URL(name, FOLDER));
  return { text, workflow: parse(text) };
}

const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  "ci.yml": [],
  "release.yml": ["publish"],
  "nightly.yml": [],
};

for (const [name, writers] of Object.entries(MAY_WRITE)) {
  const { text, workflow } = read(name);

  Deno.test(`${name} pins every action to a commit, and says its version`, () => {
    const uses = text.match(/uses:.*/g) ?? [];
    assert.ok(uses.length > 0);
    for (const use of uses) {
      assert.match(use, /^uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  Deno.test(`${name} may write nothing but what it must`, () => {
    const isWrite = (rights: Readonly<Record<string, string>> = {}) =>
      Object.values(rights).some((right) => right !== "read");
    assert.ok(!isWrite(workflow.permissions));
    const found = Object.entries(workflow.jobs)
      .filter(([, { permissions }]) => isWrite(permissions))
      .map(([job]) => job);
    assert.deepEqual(found, writers);
  });

  Deno.test(`${name} puts no text from outside into a script`, () => {
    for (const { steps } of Object.values(workflow.jobs)) {
      for (const { run = "" } of steps) assert.ok(!run.includes("${{"), run);
    }
  });

  Deno.test(`${name} runs only tasks that there are`, () => {
    const tasks = [...text.matchAll(/DENO task ([\w:]+)/g)];
    assert.ok(tasks.length > 0);
    for (const [, task] of tasks) {
      assert.ok(Object.hasOwn(manifest.tasks, task!), task!);
    }
  });

  Deno.test(`${name} ends every job in time`, () => {
    for (
      const [job, { "timeout-minutes": limit }] of Object.entries(workflow.jobs)
    ) {
      assert.ok(limit > 0, job);
    }
  });

  Deno.test(`${name} runs the whole gate with its Deno`, () => {
    const gate = Deno.readTextFileSync(new URL("../../.ci/run", FOLDER));
    const [deno] = /npx -y deno@[\d.]+/.exec(gate)!;
    // The night is for the next release of Deno; everything else pins one.
    const wanted = name === "nightly.yml" ? "deno" : deno;
    assert.ok(text.includes(`DENO: ${wanted}\n`));
    assert.ok(
      workflow.jobs.gate!.steps.some(({ run }) => run === "bash .ci/run"),
    );
  });
}

Deno.test("release.yml starts every binary on its own system before it publishes", () => {
  const { build, start, publish } = read("release.yml").workflow.jobs;
  assert.deepEqual(
    start!.strategy!.matrix.include.map(({ file }) => file),
    TARGETS.map(({ file }) => file),
  );
  assert.deepEqual([build!.needs, start!.needs, publish!.needs], [
    "gate",
    "build",
    "start",
  ]);
});
