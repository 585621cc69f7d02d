import manifest from "../../../deno.json" with { type: "json" };
import { EXIT } from "../../base/mod.ts";
import {
  type DoctorFinding,
  findingsOf,
  type Fitness,
  fitnessOf,
  machineCount,
  type MachineMeasure,
} from "../../doctor/mod.ts";
import {
  dim,
  labelled,
  type Line,
  paintText,
  type Style,
  terminalCapsOf,
} from "../../report/mod.ts";
import { reached } from "../checking/mod.ts";
import {
  clockStep,
  descriptorsAllowed,
  freeDisk,
  freeMemory,
  isSynchronized,
  metricsPort,
  portsAllowed,
} from "../doctor/machine.ts";
import { needsOf } from "../doctor/needs.ts";
import { measureNoise } from "../doctor/noise.ts";
import { measureOwnRate } from "../doctor/own_rate.ts";
import { type LoadedPlan, loadPlan, parseText, planOf } from "../load_plan.ts";
import { type System, textColumns } from "../system.ts";

/** What `kar doctor` takes. */
export interface DoctorFlags {
  readonly config?: string | undefined;
  readonly json?: true | undefined;
}

/** What is looked for where nobody says what will be sent. */
const USUAL = `
targets: [{ name: none, url: "http://127.0.0.1:9/" }]
controller: { base_tps: 100, max_tps: 1000 }
`;

/** `kar doctor`: whether this machine is fit to measure. Ends with 4 when it is not. */
export async function doctor(
  system: System,
  { config, json }: DoctorFlags,
): Promise<number> {
  const loaded = config === undefined
    ? planOf(system, parseText(system, { text: USUAL, file: "doctor" }))
    : await loadPlan(system, { config, drawnSeed: 0 });
  const measured = await measure(system, loaded, config !== undefined);
  const findings = findingsOf(measured);
  const fitness = fitnessOf(findings);
  if (json) {
    const { noise: noiseFloor, wanted, ownRate } = measured;
    const machines = machineCount(wanted.rate, ownRate);
    const versions = { kar: manifest.version, ...system.runtime };
    const document = { fitness, findings, machines, noiseFloor, versions };
    system.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    print(system, findings, fitness);
  }
  return fitness === "unfit" ? EXIT.cannotStart : EXIT.done;
}

async function measure(
  system: System,
  loaded: LoadedPlan,
  isAsked: boolean,
): Promise<MachineMeasure> {
  const { plan } = loaded;
  // One after the other: each would be noise for the next.
  const { stepMs, result } = await clockStep(async () => {
    const noise = await measureNoise();
    return { noise, ownRate: await measureOwnRate(system) };
  });
  return {
    ...result,
    wanted: needsOf(plan),
    descriptors: descriptorsAllowed(),
    ports: portsAllowed(),
    freeMemoryBytes: freeMemory(),
    clock: { stepMs, isSynchronized: isSynchronized() },
    disk: await freeDisk(system),
    metrics: metricsPort(plan),
    targets: isAsked ? await targetsOf(system, loaded) : [],
  };
}

async function targetsOf(
  system: System,
  loaded: LoadedPlan,
): Promise<MachineMeasure["targets"]> {
  const found: MachineMeasure["targets"][number][] = [];
  for (const target of loaded.plan.targets) {
    const { isOk, text } = await reached(system, loaded, target);
    const isInsecure = target.insecure === true;
    found.push({ name: target.name, isOk, text, isInsecure });
  }
  return found;
}

const STYLES: Readonly<Record<Fitness, Style>> = {
  fit: "ok",
  tight: "warn",
  unfit: "error",
};

const SUMS: Readonly<Record<Fitness, string>> = {
  fit: "This machine is fit to measure.",
  tight: "This machine can tell; what is tight is said above.",
  unfit: "This machine is not fit to measure: see what is unfit above.",
};

function print(
  system: System,
  findings: readonly DoctorFinding[],
  fitness: Fitness,
): void {
  const { stdout, env, runtime: { deno, v8, os, arch } } = system;
  const width = textColumns(system);
  const lines: Line[] = [
    [["title", "kar doctor"]],
    ...findings.flatMap((finding) => findingLines(finding, width)),
    [],
    [[STYLES[fitness], SUMS[fitness]]],
    [dim(`kar ${manifest.version}, deno ${deno}, v8 ${v8}, ${os} ${arch}`)],
  ];
  const caps = terminalCapsOf(env, stdout.isTerminal);
  stdout.paint(paintText(lines, caps, width));
}

function findingLines(
  { name, fitness, text, advice }: DoctorFinding,
  width: number,
): Line[] {
  const [first, ...rest] = labelled(name.padEnd(13), text, width - 6);
  const mark: Line = [[STYLES[fitness], fitness.padEnd(5)], " "];
  const more = advice === null
    ? []
    : labelled("".padEnd(13), advice, width - 6);
  return [
    [...mark, ...first!],
    ...rest.map((line): Line => ["      ", ...line]),
    ...more.map((line): Line => ["      ", ...line]),
  ];
}
