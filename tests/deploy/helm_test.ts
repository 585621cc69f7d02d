import assert from "node:assert/strict";
import { assertGolden } from "../fixtures/golden.ts";
import {
  CHART,
  HELM,
  helm,
  objectsIn,
  PLAN,
  podOf,
  type Release,
  RELEASES,
  template,
} from "./chart.ts";

/*
 * With Helm itself, where it is found:
 * go install helm.sh/helm/v4/cmd/helm@latest
 */

const ignore = HELM === null;

Deno.test({
  name: "helm lint --strict has nothing to say against the chart",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await helm(
      ...["lint", "--strict", CHART, "--set-file", `plan.text=${PLAN}`],
    );
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /\[(WARNING|ERROR)\]/);
  },
});

for (const release of RELEASES) {
  Deno.test({
    name: `the chart renders the release ${release} as it was kept`,
    ignore,
    async fn() {
      const { code, stdout, stderr } = await template(release);
      assert.equal(code, 0, stderr);
      await assertGolden(`chart_${release}`, stdout);
    },
  });
}

/** What is refused, by what arguments, and how. */
const REFUSED: readonly (readonly [Release, string, RegExp])[] = [
  ["service", "--set parts=300", /at '\/parts': maximum: got 300, want 256/],
  ["service", "--set parts=0", /at '\/parts': minimum: got 0, want 1/],
  ["service", "--set partz=3", /additional properties 'partz' not allowed/],
  ["service", "--set at=+30s", /at '\/at': '\+30s' does not match/],
  ["service", "--set at=", /3 parts need one instant to begin at: --set at=20/],
  ["service", "--set mode=cron", /at '\/mode': value must be one of/],
  ["service", "--set duration=5m", /mode service has no end, .* use mode job/],
  ["service", "--set plan.name=b", /are two plans: give one of them/],
  [
    "service",
    "--set-file plan.text=/dev/null",
    /no plan: --set-file plan\.tex/,
  ],
  ["service", "--set rate=90000", /would send 30000\/s, .* take more parts/],
  ["job", "--set duration=", /mode job needs a duration, such as --set dur/],
  ["job", "--set-string duration=10", /at '\/duration': '10' does not match/],
  ["job", "--set collect=true", /collect is for mode service/],
  ["job", "--set duration=0s", /duration 0s is no time: give one such as 10m/],
  ["fleet", "--set fleet=http://bus/b", /at '\/fleet': .* does not match/],
  ["fleet", "--set fleet=nats://u:p@bus/b", /at '\/fleet': .* does not match/],
  ["service", "--set at=2026-13-01T09:00:00Z", /at '\/at': .* does not match/],
  ["service", "--set at=2026-12-01T24:00:00Z", /at '\/at': .* does not match/],
  [
    "service",
    "--set at=2027-02-30T09:00:00Z",
    /at 2027-02-30T09:00:00Z is no day that there is/,
  ],
  [
    "service",
    "--set plan.name=My_Plan --set-file plan.text=/dev/null",
    /at '\/plan\/name': 'My_Plan' does not match/,
  ],
  ["service", "--name-template=1load", /release 1load cannot name a service/],
  ["service", "--name-template=my.load", /release my\.load cannot name a serv/],
];

for (const [release, args, says] of REFUSED) {
  Deno.test({
    name: `the chart refuses ${args} of ${release} in a sentence`,
    ignore,
    async fn() {
      const { code, stderr } = await template(release, ...args.split(" "));
      assert.notEqual(code, 0);
      assert.match(stderr, says);
    },
  });
}

/** What pods of three parts ask for, by the rate of all. */
const SIZES = [[300, "150m"], [301, "300m"], [3000, "300m"], [60_000, "1500m"]];

for (const [rate, cpu] of SIZES) {
  Deno.test({
    name: `a third of ${rate}/s has ${cpu} of a processor`,
    ignore,
    async fn() {
      const { stdout } = await template("service", "--set", `rate=${rate}`);
      const [container] = podOf(objectsIn(stdout)).spec.containers;
      const { requests, limits } = container.resources;
      assert.deepEqual(requests, { cpu, memory: "256Mi" });
      assert.deepEqual(limits, { memory: "1Gi" });
    },
  });
}

Deno.test({
  name: "another plan has another checksum, so that its pods begin again",
  ignore,
  async fn() {
    const sums = [];
    for (const plan of [PLAN, `${CHART}/Chart.yaml`]) {
      const { stdout } = await template(
        "service",
        ...["--set-file", `plan.text=${plan}`],
      );
      const { metadata } = podOf(objectsIn(stdout));
      sums.push(metadata.annotations["checksum/plan"]);
    }
    assert.equal(new Set(sums).size, 2);
  },
});

Deno.test({
  name: "a plan that is there already is mounted by its name, and not made",
  ignore,
  async fn() {
    const { stdout, stderr } = await template(
      "job",
      ...["--set", "plan.name=mine", "--set-file", "plan.text=/dev/null"],
    );
    const objects = objectsIn(stdout);
    assert.deepEqual(objects.map(({ kind }) => kind), ["Job"], stderr);
    const { spec: { volumes }, metadata } = podOf(objects);
    assert.equal(volumes[0].secret.secretName, "mine");
    assert.equal(metadata.annotations, undefined);
  },
});
