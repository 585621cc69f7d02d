import { formatDuration } from "../base/mod.ts";
import type {
  Draft,
  DraftContent,
  DraftHeader,
  DraftJourney,
  DraftPart,
  DraftSpikes,
  DraftStep,
  DraftTarget,
  DraftTls,
  DraftTraffic,
  Secret,
} from "./types.ts";
import { comment, escaped, indented, number, quoted } from "./yaml_text.ts";

/**
 * A draft as a commented config file. Whatever the texts are, the YAML is well
 * formed; whether its values make sense, the config's parser tells.
 */
export function documentOf(
  draft: Draft,
  secrets: readonly Secret[] = [],
): string {
  const { origin, notes, targets, traffic, isWatched } = draft;
  const { journeys = [], thresholds = [] } = draft;
  return [
    `# Made by ${comment(origin)}. Every key: kar schema`,
    "#   kar validate FILE            all problems at once",
    "#   kar simulate --config FILE   what would be sent",
    "#   kar run --config FILE        send it",
    ...notes.map((note) => `# ${comment(note)}`),
    ...secretLines(secrets),
    "",
    ...section("targets", targets.flatMap(targetLines)),
    ...section("journeys", journeys.flatMap(journeyLines)),
    ...section("thresholds", thresholds.map((text) => `- ${quoted(text)}`)),
    ...trafficLines(traffic),
    ...(isWatched ? [] : UNWATCHED),
    "",
  ].join("\n");
}

/** What is sent is then all that is sent. */
const UNWATCHED = [
  "",
  "health: { enabled: false } # true asks each target for its health",
  "metrics: { enabled: false } # true serves Prometheus on port 9090",
];

function secretLines(secrets: readonly Secret[]): string[] {
  if (secrets.length === 0) return [];
  return [
    "# Secrets are not kept here; these variables have to be set:",
    ...secrets.map(({ name, place }) => `#   ${name}: ${comment(place)}`),
  ];
}

function section(key: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${key}:`, ...lines.map(indented), ""];
}

function journeyLines(journey: DraftJourney): string[] {
  const { name, base, isBrowser, timeoutMs, steps } = journey;
  const keys = [
    `base: ${quoted(base)}`,
    ...(isBrowser ? ["connection: own # as a browser", "cookies: true"] : []),
    ...(timeoutMs === undefined
      ? []
      : [`timeout: ${formatDuration(timeoutMs)}`]),
    "steps:",
    ...steps.flatMap(stepLines).map(indented),
  ];
  return [`- name: ${quoted(name)}`, ...keys.map(indented)];
}

function stepLines(step: DraftStep): string[] {
  const { name, url, method = "GET", comments = [], thinkMs } = step;
  const keys = [
    `${method.toLowerCase()}: ${quoted(url)}`,
    ...requestLines(step),
    ...(thinkMs === undefined ? [] : [`think: ${formatDuration(thinkMs)}`]),
  ];
  return [
    ...comments.map((text) => `# ${comment(text)}`),
    `- name: ${quoted(name)}`,
    ...keys.map(indented),
  ];
}

function targetLines(target: DraftTarget): string[] {
  const { name, url, protocol, method } = target;
  const { comments = [], grpc, weight, timeoutMs, tls } = target;
  const lines = [
    `name: ${quoted(name)}`,
    `url: ${quoted(url)}`,
    ...(protocol === undefined ? [] : [`protocol: ${protocol}`]),
    ...(method === undefined ? [] : [`method: ${quoted(method)}`]),
    ...requestLines(target),
    ...(weight === undefined ? [] : [`weight: ${weight}`]),
    ...(timeoutMs === undefined
      ? []
      : [`timeout: ${formatDuration(timeoutMs)}`]),
    ...(tls === undefined ? [] : tlsLines(tls)),
    ...(grpc === undefined ? [] : grpcLines(grpc)),
  ];
  return [
    ...comments.map((text) => `# ${comment(text)}`),
    ...lines.map((line, i) => (i === 0 ? `- ${line}` : indented(line))),
  ];
}

/** Keys that targets and steps share. */
function requestLines(
  { headers, body, content, basicAuth, okCodes }: DraftTarget,
): string[] {
  return [
    ...headerLines(headers),
    ...(body === undefined ? [] : [`body: ${quoted(body)}`]),
    ...(content === undefined ? [] : contentLines(content)),
    ...(basicAuth === undefined ? [] : [
      `basic_auth: { user: ${quoted(basicAuth.user)}, password: ${
        quoted(basicAuth.password)
      } }`,
    ]),
    ...(okCodes === undefined
      ? []
      : [`check: { status: [${okCodes.join(", ")}] }`]),
  ];
}

/** A header that comes several times is a list. */
function headerLines(headers: DraftTarget["headers"]): string[] {
  return headers.length === 0 ? [] : ["headers:", ...groupedLines(headers)];
}

/** Names with their values; several values of one name, in whatever case, are a list. */
function groupedLines(pairs: readonly DraftHeader[]): string[] {
  const byName = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of pairs) {
    const known = byName.get(name.toLowerCase());
    if (known === undefined) {
      byName.set(name.toLowerCase(), { name, values: [value] });
    } else known.values.push(value);
  }
  return [...byName.values()].map(({ name, values }) => {
    const texts = values.map(quoted);
    const text = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
    return indented(`${quoted(name)}: ${text}`);
  });
}

function contentLines(content: DraftContent): string[] {
  switch (content.kind) {
    case "json":
      return [`json: ${jsonText(content.value)}`];
    case "file":
      return [`body: { file: ${quoted(content.file)} }`];
    case "form":
      return ["form:", ...groupedLines(content.fields)];
    case "multipart":
      return ["multipart:", ...content.parts.map(partLine).map(indented)];
  }
}

function partLine(part: DraftPart): string {
  if ("value" in part) return `${quoted(part.name)}: ${quoted(part.value)}`;
  const { name, file, filename, type } = part;
  const keys = Object.entries({ file, filename, type })
    .flatMap(([key, text]) =>
      text === undefined ? [] : `${key}: ${quoted(text)}`
    );
  return `${quoted(name)}: { ${keys.join(", ")} }`;
}

/** JSON is YAML, but for what JSON lets stand unescaped. */
function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value) ?? "null");
}

function tlsLines(tls: DraftTls): string[] {
  const lines = Object.entries(tls).map(([key, value]) =>
    indented(`${key}: ${typeof value === "string" ? quoted(value) : value}`)
  );
  return ["tls:", ...lines];
}

function grpcLines(
  { method, message }: NonNullable<DraftTarget["grpc"]>,
): string[] {
  return [
    "grpc:",
    indented(`method: ${quoted(method)}`),
    // JSON is YAML.
    ...(message === undefined
      ? []
      : [indented(`message: ${jsonText(message)}`)]),
  ];
}

function trafficLines(traffic: DraftTraffic): string[] {
  const { rate, max, preset, schedule = [], spikes, isQuiet } = traffic;
  const pattern = [
    ...(spikes === undefined ? [] : spikeLines(spikes)),
    ...(isQuiet ? ["noise: { enabled: false } # small disturbances"] : []),
  ];
  return [
    ...(preset === undefined ? [] : [`preset: ${preset} # spikes and noise`]),
    "controller:",
    ...[
      `base_tps: ${number(rate)} # requests a second`,
      ...(max === undefined
        ? []
        : [`max_tps: ${number(max)} # the rate never passes this`]),
      "ramp_up_duration: 0s # from nothing to the rate",
      ...(schedule.length === 0
        ? []
        : ["schedule: # by hour of the day, in the system's time zone"]),
      ...schedule.flatMap(({ hours, multiplier }) => [
        `  - hours: [${hours.join(", ")}]`,
        `    tps_multiplier: ${number(multiplier)}`,
      ]),
    ].map(indented),
    ...(pattern.length === 0 ? [] : ["", "pattern:", ...pattern.map(indented)]),
  ];
}

function spikeLines(spikes: DraftSpikes | null): string[] {
  if (spikes === null) return ["poisson: { enabled: false } # random spikes"];
  const { often, factor } = spikes;
  return [
    "poisson: # random spikes",
    "lambda" in often
      ? `  lambda: ${number(often.lambda)} # starts a second`
      : `  interval: ${often.interval} # mean time between starts`,
    `  spike_factor: ${number(factor)} # height at the top`,
  ];
}
