import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import { configOf, formatProblem, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { commandIn, lastOf, parseDockerfile } from "./dockerfile.ts";
import { hasProgram } from "./programs.ts";

/*
 * No engine builds the image here. What can be known without one is looked at:
 * that every file is there, and that configs and health checks work.
 */

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

function read(path: string): string {
  return Deno.readTextFileSync(`${ROOT}/${path}`);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(`${ROOT}/${path}`) !== null;
  } catch {
    return false;
  }
}

const STAGES = parseDockerfile(read("Dockerfile"));
const RUNTIME = STAGES.at(-1)!;

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: object;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const COMPOSE: {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
} = parseYaml(read("compose.yaml"));

Deno.test("the Dockerfile copies only what is there and reaches the build", () => {
  const kept = read(".dockerignore").split("\n")
    .filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const sources = STAGES.flatMap(({ instructions }) => instructions)
    .filter(({ name, words }) => name === "COPY" && !words.startsWith("--"))
    .flatMap(({ words }) => words.split(" ").slice(0, -1));
  assert.ok(sources.length > 4);
  for (const source of sources) {
    assert.ok(exists(source), source);
    const isKept = kept.some((path) =>
      source === path || source.startsWith(`${path}/`)
    );
    assert.ok(isKept, `.dockerignore leaves ${source} out`);
  }
});

Deno.test("the Dockerfile builds with the Deno of the gate", () => {
  const [, version] = /deno@([\d.]+)/.exec(read(".ci/run"))!;
  assert.equal(STAGES[0]!.from, `denoland/deno:${version} AS build`);
});

Deno.test("the Dockerfile builds with tasks that there are", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  assert.equal(lastOf(STAGES[0]!, "RUN"), 'deno task "$PACKAGING"');
  assert.equal(lastOf(STAGES[0]!, "ARG"), "PACKAGING=compile");
  for (const task of ["compile", "package"]) {
    assert.ok(Object.hasOwn(tasks, task), task);
  }
});

Deno.test("the image runs kar without root, and says when it is not well", () => {
  assert.ok(Number(lastOf(RUNTIME, "USER")) >= 1000);
  assert.deepEqual(commandIn(lastOf(RUNTIME, "ENTRYPOINT")), ["kar"]);
  assert.match(lastOf(RUNTIME, "HEALTHCHECK"), /\/healthz/);
});

Deno.test("the image's default command reads a file that is in the image", () => {
  const command = commandIn(lastOf(RUNTIME, "CMD"));
  assert.deepEqual(command.slice(0, 2), ["run", "--config"]);
  const copies = RUNTIME.instructions.filter(({ name }) => name === "COPY");
  assert.ok(copies.some(({ words }) => words.endsWith(` ${command[2]}`)));
});

for (const name of ["kar.yaml", "compose.yaml"]) {
  Deno.test(`buildPlan() takes configs/docker/${name} without a warning`, () => {
    const env = /KAR_TARGET_URL=(\S+)/.exec(lastOf(RUNTIME, "ENV"))!;
    const parsed = parseConfig(read(`configs/docker/${name}`), {
      file: name,
      environment: (variable) =>
        variable === "KAR_TARGET_URL" ? env[1] : undefined,
      systemZone: "UTC",
    });
    assert.deepEqual(parsed.problems.map(formatProblem), []);
    const plan = buildPlan(configOf(parsed), { drawSeed: () => 1 });
    assert.ok(plan.targets.length > 0);
    // Where health checks, the ports and Prometheus look for it.
    assert.equal(plan.metrics.address, ":9090");
  });
}

/** Runs a health check against a server here. @returns its exit code */
async function check(
  [program, ...args]: readonly string[],
  port: number,
): Promise<number> {
  const { code } = await new Deno.Command(program!, {
    args: args.map((arg) =>
      arg.replace(/127\.0\.0\.1\/\d+/, `127.0.0.1/${port}`)
    ),
    stderr: "null",
  }).output();
  return code;
}

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  "the Dockerfile": commandIn(lastOf(RUNTIME, "HEALTHCHECK")),
  "the echo server": COMPOSE.services.echo!.healthcheck!.test.slice(1),
};

for (const [what, command] of Object.entries(CHECKS)) {
  Deno.test({
    name: `the health check of ${what} tells a healthy server from others`,
    ignore: !hasProgram("bash"),
    async fn() {
      let status = 200;
      const asked: string[] = [];
      const server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {} },
        ({ url }) => {
          asked.push(new URL(url).pathname);
          return new Response("ok\n", { status });
        },
      );
      const { port } = server.addr;
      assert.equal(await check(command, port), 0);
      status = 503;
      assert.notEqual(await check(command, port), 0);
      await server.shutdown();
      assert.notEqual(await check(command, port), 0);
      assert.match(asked[0]!, /^\/healthz?$/);
    },
  });
}

Deno.test("compose.yaml mounts only what is there", () => {
  for (const { volumes = [] } of Object.values(COMPOSE.services)) {
    for (const [source] of volumes.map((volume) => volume.split(":"))) {
      const isThere = source!.startsWith("./")
        ? exists(source!)
        : Object.hasOwn(COMPOSE.volumes, source!);
      assert.ok(isThere, source!);
    }
  }
});

Deno.test("compose.yaml opens ports to this machine only, each once", () => {
  const ports = Object.values(COMPOSE.services)
    .flatMap(({ ports = [] }) => ports);
  for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
  const open = ports.map((port) => port.split(":")[1]);
  assert.equal(new Set(open).size, open.length);
});

Deno.test("compose.yaml names a version of every image that it does not build", () => {
  for (const [name, { image, build }] of Object.entries(COMPOSE.services)) {
    if (build === undefined) assert.match(image!, /:v?\d+\.\d+\.\d+$/, name);
  }
});

Deno.test("compose.yaml starts the echo server where kar's config looks for it", () => {
  const { targets } = parseYaml(read("configs/docker/compose.yaml"));
  const { command } = COMPOSE.services.echo!;
  for (const { url } of targets) {
    const { hostname, port } = new URL(url);
    assert.equal(hostname, "echo");
    assert.match(command!, new RegExp(`port ${port}\\b`), url);
  }
});

Deno.test("compose.yaml's Prometheus scrapes kar, and Grafana asks Prometheus", () => {
  const { scrape_configs: [job] } = parseYaml(
    read("configs/prometheus/prometheus.yaml"),
  );
  assert.deepEqual(job.static_configs[0].targets, ["kar:9090"]);
  const { datasources: [source] } = parseYaml(
    read("configs/grafana/provisioning/datasources/prometheus.yaml"),
  );
  assert.equal(source.url, "http://prometheus:9090");
  assert.deepEqual(
    ["kar", "prometheus"].filter((name) => !COMPOSE.services[name]),
    [],
  );
});
