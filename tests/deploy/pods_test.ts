import assert from "node:assert/strict";
import { buildTree } from "../../src/cli/tree/tree.ts";
import { configOf, formatProblem, parseConfig } from "../../src/config/mod.ts";
import { EXIT } from "../../src/base/mod.ts";
import { FakeSystem } from "../cli/fake_system.ts";
import {
  keptObjects,
  type KubernetesObject,
  podOf,
  type Release,
  RELEASES,
} from "./chart.ts";

/** The pod of a release, and its one container. */
function kept(release: Release) {
  const objects = keptObjects(release);
  const pod = podOf(objects);
  const [container, ...others] = pod.spec.containers;
  assert.equal(others.length, 0);
  return { objects, pod, container };
}

/** An object of a release by its kind. */
function one(release: Release, kind: string): KubernetesObject {
  const found = keptObjects(release).filter((object) => object.kind === kind);
  assert.equal(found.length, 1, `${kind} of ${release}`);
  return found[0]!;
}

for (const release of RELEASES) {
  Deno.test(`a pod of ${release} may do nothing that it need not`, () => {
    const { pod: { spec }, container } = kept(release);
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.enableServiceLinks, false);
    assert.deepEqual(spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  Deno.test(`a pod of ${release} writes only where a volume is mounted`, () => {
    const { container } = kept(release);
    const mounts: { mountPath: string; readOnly?: boolean }[] =
      container.volumeMounts;
    const isWritable = (path: string) =>
      mounts.some(({ mountPath, readOnly }) =>
        readOnly !== true && path.startsWith(mountPath)
      );
    const folders = ["RUNTIME_DIRECTORY", "STATE_DIRECTORY", "LOGS_DIRECTORY"];
    for (const name of [...folders, "KAR_CACHE_DIR", "HOME"]) {
      const { value } = container.env.find((variable: { name: string }) =>
        variable.name === name
      );
      assert.ok(isWritable(value), name);
      // kar trusts no folder that a cluster has made: its group may write there.
      const isMount = mounts.some(({ mountPath }) => mountPath === value);
      assert.ok(name === "HOME" || !isMount, name);
    }
    const paths = container.command[2].matchAll(/(\/[a-z]+\/[a-z]+)/g);
    for (const [, path] of paths) {
      assert.ok(isWritable(path) || path === "/dev/null", path);
    }
  });
}

for (const release of ["service", "job", "fleet"] as const) {
  Deno.test(`kar can be started as a pod of ${release} starts it`, async () => {
    const { container: { args } } = kept(release);
    const tree = buildTree({ system: new FakeSystem(), ended: () => {} });
    let flags: Record<string, unknown> = {};
    for (const command of tree.commands) {
      command.action(() => {
        flags = command.opts();
      });
    }
    const words = args.map((arg: string) => arg.replace("$(KAR_PART)", "1"));
    await tree.parseAsync([...words, "--record", "x"], { from: "user" });
    assert.equal(flags.config, "/etc/kar98k/kar.yaml");
    assert.ok(flags.stripeIndex !== undefined);
  });

  Deno.test(`a pod of ${release} has longer to end than kar has`, () => {
    const { pod: { spec }, container: { args } } = kept(release);
    const [, timeout] = args.map((arg: string) =>
      /^--set=controller\.shutdown_timeout=(\d+)s$/.exec(arg)
    ).find((found: unknown) => found !== null);
    assert.ok(spec.terminationGracePeriodSeconds >= Number(timeout) + 5);
  });
}

Deno.test("a part is known by the index that Kubernetes gives its pod", () => {
  const pathOf = (release: Release) =>
    kept(release).container.env[0].valueFrom.fieldRef.fieldPath;
  assert.equal(
    pathOf("service"),
    "metadata.labels['apps.kubernetes.io/pod-index']",
  );
  assert.equal(
    pathOf("job"),
    "metadata.annotations['batch.kubernetes.io/job-completion-index']",
  );
});

Deno.test("the service has a pod, a name and a claim for each part", () => {
  const { spec } = one("service", "StatefulSet");
  assert.equal(spec.replicas, 3);
  assert.equal(spec.podManagementPolicy, "Parallel");
  assert.equal(spec.serviceName, one("service", "Service").metadata.name);
  assert.equal(one("service", "Service").spec.clusterIP, "None");
  assert.equal(spec.volumeClaimTemplates[0].metadata.name, "records");
  assert.ok(
    kept("service").container.args.includes(
      "--stripe-index=$(KAR_PART)/3",
    ),
  );
});

Deno.test("the number of parts stands where Kubernetes lets nobody change it", () => {
  const { spec: { selector, template } } = one("service", "StatefulSet");
  assert.equal(selector.matchLabels["kar98k/parts"], "3");
  assert.equal(template.metadata.labels["kar98k/parts"], "3");
});

Deno.test("the job tries no code again that would come again", () => {
  const { spec } = one("job", "Job");
  assert.equal(spec.completionMode, "Indexed");
  assert.deepEqual([spec.completions, spec.parallelism], [8, 8]);
  assert.equal(spec.template.spec.restartPolicy, "Never");
  const [first, ...rules] = spec.podFailurePolicy.rules;
  assert.deepEqual(first, {
    action: "Ignore",
    onPodConditions: [{ type: "DisruptionTarget", status: "True" }],
  });
  const codes = rules.flatMap((rule: KubernetesObject) => {
    assert.match(rule.action, /^Fail(Job|Index)$/);
    assert.equal(rule.onExitCodes.operator, "In");
    return rule.onExitCodes.values;
  });
  const { usage, config, noAnswer, failed, invalid, unknown, stopped } = EXIT;
  assert.deepEqual(codes, [
    ...[usage, config],
    ...[noAnswer, failed, invalid, unknown, stopped],
  ]);
});

Deno.test("the plan that a pod reads is the one that was given", () => {
  const text: string = one("service", "ConfigMap").data["kar.yaml"];
  const secret = atob(one("job", "Secret").data["kar.yaml"]);
  assert.equal(text, secret);
  const parsed = parseConfig(text, {
    file: "kar.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
  assert.deepEqual(parsed.problems.map(formatProblem), []);
  assert.equal(configOf(parsed).targets.length, 1);
});

Deno.test("the checksum of the plan is that of its text", async () => {
  const text: string = one("service", "ConfigMap").data["kar.yaml"];
  const bytes = new TextEncoder().encode(text);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const { annotations } = kept("service").pod.metadata;
  assert.equal(annotations["checksum/plan"], sum.toHex());
});

Deno.test("a pod that only holds its records sends nothing", () => {
  const { container } = kept("collect");
  assert.doesNotMatch(container.command[2], /kar/);
  assert.equal(container.args, undefined);
  assert.equal(container.livenessProbe, undefined);
});
