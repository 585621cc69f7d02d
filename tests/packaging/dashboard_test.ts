import assert from "node:assert/strict";
import { parse } from "yaml";
import { hasProgram } from "./programs.ts";

const CONFIGS = new URL("../../configs/", import.meta.url).pathname;
const DASHBOARD = `${CONFIGS}grafana/dashboards/kar.json`;
const PROMETHEUS = `${CONFIGS}prometheus/prometheus.yaml`;

/** What a scrape of kar looks like; a test in tests/metrics keeps it true. */
const SCRAPE = new URL("../golden/metrics_firing.golden", import.meta.url);

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly targets: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly definition: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

async function readDashboard(): Promise<Dashboard> {
  return JSON.parse(await Deno.readTextFile(DASHBOARD));
}

/** Every expression that Prometheus has to read. */
function expressionsOf({ panels, annotations }: Dashboard): string[] {
  return [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...annotations.list.map(({ expr }) => expr),
  ];
}

const METRIC_REGEXP = /\b(?:kar98k|process)_\w+/g;

Deno.test("the dashboard asks for no metric that kar does not have", async () => {
  const scrape = await Deno.readTextFile(SCRAPE);
  const served = new Set(scrape.match(/^\w+/gm));
  const dashboard = await readDashboard();
  const asked = [
    ...expressionsOf(dashboard),
    ...dashboard.templating.list.map(({ definition }) => definition),
  ].flatMap((text) => text.match(METRIC_REGEXP) ?? []);
  assert.ok(asked.length > 20);
  for (const name of asked) assert.ok(served.has(name), name);
});

Deno.test("the dashboard shows every metric of kar", async () => {
  const scrape = await Deno.readTextFile(SCRAPE);
  const text = expressionsOf(await readDashboard()).join("\n");
  for (const [, name] of scrape.matchAll(/^# TYPE (\w+)/gm)) {
    assert.ok(text.includes(name!), name!);
  }
});

Deno.test("the dashboard asks for no label that kar does not have", async () => {
  const scrape = await Deno.readTextFile(SCRAPE);
  const labels = new Set(scrape.match(/\w+(?==")/g));
  labels.add("instance"); // Prometheus adds it at the scrape.
  for (const expr of expressionsOf(await readDashboard())) {
    const selected = [...expr.matchAll(/(\w+)=~?"/g)].map(([, name]) => name!);
    const grouped = [...expr.matchAll(/\bby \(([^)]+)\)/g)]
      .flatMap(([, names]) => names!.split(", "));
    for (const name of [...selected, ...grouped]) {
      assert.ok(labels.has(name), `${name} in ${expr}`);
    }
  }
});

Deno.test("the dashboard's panels have numbers of their own and do not overlap", async () => {
  const { panels } = await readDashboard();
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Set<string>();
  for (const { title, gridPos: { x, y, w, h } } of panels) {
    assert.ok(x + w <= 24, title);
    for (let cell = 0; cell < w * h; cell++) {
      const place = `${x + cell % w},${y + Math.floor(cell / w)}`;
      assert.ok(!taken.has(place), `${title} at ${place}`);
      taken.add(place);
    }
  }
});

Deno.test("the dashboard reads the data source that Grafana is given", async () => {
  const { datasources: [source] } = parse(
    await Deno.readTextFile(
      `${CONFIGS}grafana/provisioning/datasources/prometheus.yaml`,
    ),
  );
  for (const { title, datasource } of (await readDashboard()).panels) {
    assert.equal(datasource.uid, source.uid, title);
  }
});

/** `promtool` reads queries in files of rules. */
function rulesOf(expressions: readonly string[]): string {
  const rules = expressions.map((expr, i) => ({
    record: `panel:${i}`,
    expr: expr.replaceAll("$__rate_interval", "1m"),
  }));
  return JSON.stringify({ groups: [{ name: "dashboard", rules }] });
}

async function promtool(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("promtool", {
    args: [...args],
  }).output();
  const text = new TextDecoder();
  return code === 0 ? "" : text.decode(stdout) + text.decode(stderr);
}

Deno.test({
  name: "promtool can read every query of the dashboard",
  ignore: !hasProgram("promtool"),
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".yaml" });
    try {
      const expressions = expressionsOf(await readDashboard());
      await Deno.writeTextFile(path, rulesOf(expressions));
      assert.equal(await promtool("check", "rules", path), "");
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test({
  name: "promtool finds nothing in prometheus.yaml",
  ignore: !hasProgram("promtool"),
  async fn() {
    assert.equal(await promtool("check", "config", PROMETHEUS), "");
  },
});
