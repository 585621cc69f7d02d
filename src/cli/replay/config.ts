import { quoted } from "../../draft/mod.ts";
import { RATE_MAX } from "../../pattern/mod.ts";
import type { ReplaySpec, TraceHead, TraceTarget } from "../../trace/mod.ts";

/** What of a trace is sent, and where. */
export interface ReplayOptions {
  /** Scheme and host, perhaps a path before all others. */
  readonly target: string;
  /** Methods that are sent. */
  readonly methods: readonly string[];
  readonly speed: number;
  readonly rate: number;
  /** Of dates that say none; absent = the system's. */
  readonly zone?: string | undefined;
}

/** Forms that are sent, one for each name. */
export function sentForms(
  { forms }: Pick<TraceHead, "forms">,
  { methods }: Pick<ReplayOptions, "methods">,
): TraceTarget[] {
  const byName = new Map<string, TraceTarget>();
  for (const form of forms) {
    if (!methods.includes(form.method)) continue;
    const known = byName.get(form.name);
    const count = (known?.count ?? 0) + form.count;
    byName.set(form.name, { ...(known ?? form), count });
  }
  return [...byName.values()];
}

/** The config of a replay: its targets, and the mean of its rate. */
export function replayText(head: TraceHead, options: ReplayOptions): string {
  const { target, speed, rate, zone } = options;
  const sent = sentForms(head, options);
  const sets = new Map(
    sent.flatMap(({ data }) => data === null ? [] : [[data.name, data.line]]),
  );
  const count = sent.reduce((sum, form) => sum + form.count, 0);
  const seconds = Math.max(1, head.spanUs / 1e6);
  const mean = Math.min(
    RATE_MAX,
    Math.max(0.001, count / seconds * speed * rate),
  );
  return [
    "targets:",
    ...sent.flatMap(({ name, method, path, count }) => [
      `  - name: ${quoted(name)}`,
      `    url: ${quoted(target.replace(/\/+$/, "") + path)}`,
      `    method: ${method}`,
      `    weight: ${
        Math.max(
          1e-6,
          Number((100 * count / Math.max(1, head.count)).toPrecision(4)),
        )
      }`,
    ]),
    ...(sets.size === 0 ? [] : ["data:"]),
    ...[...sets].map(([name, line]) => `  ${name}: ${line}`),
    ...(zone === undefined ? [] : [`timezone: ${quoted(zone)}`]),
    "controller:",
    `  base_tps: ${mean}`,
    `  max_tps: ${mean}`,
    "  ramp_up_duration: 0s",
    "pattern: { poisson: { enabled: false }, noise: { enabled: false } }",
    "health: { enabled: false }",
    "metrics: { enabled: false }",
    "",
  ].join("\n");
}

/** The target of each form of a trace, by the places of targets in the plan; −1 = none. */
export function targetsOf(
  { forms }: Pick<TraceHead, "forms">,
  names: readonly string[],
): number[] {
  const most = forms.reduce((max, { form }) => Math.max(max, form), -1);
  const targets = Array.from({ length: most + 1 }, () => -1);
  for (const { form, name } of forms) targets[form] = names.indexOf(name);
  return targets;
}

/** What is missing in a spec until the plan's targets are known. */
export type ReplayGiven = Omit<ReplaySpec, "targets"> & {
  readonly head: TraceHead;
};
