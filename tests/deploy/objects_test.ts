import assert from "node:assert/strict";
import { keptObjects, type KubernetesObject, RELEASES } from "./chart.ts";
import {
  allVersionsFolder,
  cutSchemas,
  faultsOf,
  FIRST_MINOR,
  KEPT_VERSIONS,
  keptFile,
  keptSchemas,
  monitorFaults,
  OPERATOR_FILE,
  operatorSchema,
  type Schemas,
} from "./schemas.ts";

const OBJECTS = RELEASES.flatMap((release) =>
  keptObjects(release).map((object) => ({ release, object }))
);
const FOLDER = await allVersionsFolder();
const UPDATED = Deno.env.get("UPDATE_GOLDEN") === "1";

function assertTaken(schemas: Schemas): void {
  for (const { release, object } of OBJECTS) {
    if (object.kind === "PodMonitor") continue;
    const what = `${object.kind} of ${release}`;
    assert.deepEqual(faultsOf(object, schemas), [], what);
  }
}

for (const version of KEPT_VERSIONS) {
  Deno.test(`Kubernetes ${version} takes all that the chart makes`, async () => {
    if (UPDATED && FOLDER !== null) {
      const text = JSON.stringify(cutSchemas(FOLDER, version));
      await Deno.writeTextFile(keptFile(version), `${text}\n`);
    }
    assertTaken(keptSchemas(version));
  });
}

Deno.test({
  name: "every version of Kubernetes that the chart is for takes all of it",
  ignore: FOLDER === null,
  fn() {
    const versions = [...Deno.readDirSync(FOLDER!)]
      .flatMap(({ name }) =>
        /^v1\.(\d+)\.0-local-strict$/.exec(name)?.[1] ?? []
      )
      .filter((minor) => Number(minor) >= FIRST_MINOR);
    assert.ok(versions.length >= KEPT_VERSIONS.length);
    for (const minor of versions) {
      assertTaken(cutSchemas(FOLDER!, `1.${minor}`));
    }
  },
});

Deno.test({
  name: "what is kept of the schemas is what they say",
  ignore: FOLDER === null,
  fn() {
    for (const version of KEPT_VERSIONS) {
      assert.deepEqual(keptSchemas(version), cutSchemas(FOLDER!, version));
    }
  },
});

Deno.test("the Prometheus operator takes the chart's PodMonitor", async () => {
  const schema = operatorSchema();
  if (UPDATED && schema !== undefined) {
    await Deno.writeTextFile(OPERATOR_FILE, `${JSON.stringify(schema)}\n`);
  }
  const monitors = OBJECTS.filter(({ object }) => object.kind === "PodMonitor");
  assert.equal(monitors.length, 1);
  assert.deepEqual(monitorFaults(monitors[0]!.object), []);
});

/** Faults that a schema has to see. */
const FAULTS: readonly (readonly [string, (set: KubernetesObject) => void])[] =
  [
    ["replicas that are a word", ({ spec }) => spec.replicas = "three"],
    ["a misspelt key", ({ spec }) => spec.podManagmentPolicy = "Parallel"],
    ["a misspelt key of a container", ({ spec }) => {
      spec.template.spec.containers[0].readinesProbe = {};
    }],
    ["a container without a name", ({ spec }) => {
      delete spec.template.spec.containers[0].name;
    }],
  ];

for (const [what, spoil] of FAULTS) {
  Deno.test(`the schemas refuse ${what}`, () => {
    const [set] = keptObjects("service").filter(({ kind }) =>
      kind === "StatefulSet"
    );
    spoil(set!);
    for (const version of KEPT_VERSIONS) {
      assert.equal(faultsOf(set!, keptSchemas(version)).length, 1);
    }
  });
}

Deno.test("the operator's schema refuses a misspelt key", () => {
  const monitor = keptObjects("fleet").find(({ kind }) =>
    kind === "PodMonitor"
  );
  monitor!.spec.podMetricEndpoints = [];
  assert.equal(monitorFaults(monitor!).length, 1);
});
