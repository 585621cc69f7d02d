import { parseScheduleText } from "../../draft/mod.ts";
import { isGenerator } from "../../request/mod.ts";
import {
  type Answers,
  DEFAULT_ANSWERS,
  hasBody,
  hasRows,
  hasSpikes,
  isCall,
} from "./answers.ts";

/** Between two headers, but not inside a value such as `text/html; q=0.9`. */
const NEXT_HEADER_REGEXP = /;\s*(?=[!#$%&'*+.^_`|~\w-]+\s*:)/;
const NUMBER_REGEXP = /^-?(?:\d+\.?\d*|\.\d+)$/;
const DURATION_REGEXP = /^\d.*(?:ms|s|m|h|d)$/;
const NAME_CHARS_MAX = 64;
/** `3`, `3x`, `×3`. */
const FACTOR_REGEXP = /^[x×]?\s*([\d.]+)\s*[x×]?$/i;

/**
 * The config that the answers mean, as a commented file. Whatever was typed,
 * the YAML itself is well formed; what is wrong in it the parser tells, at the
 * key where it stands.
 */
export function documentOf(answers: Answers): string {
  return `# Made by kar start. Every key: kar schema
#   kar validate FILE            all problems at once
#   kar simulate --config FILE   what would be sent
#   kar run --config FILE        send it

targets:
${indented(targetLines(answers), "  ")}
${dataText(answers)}
controller:
${indented(controllerLines(answers), "  ")}

pattern:
${indented(patternLines(answers), "  ")}
`;
}

/** A config with nothing of its own but the rows of a file. */
export function rowsDocumentOf(rows: string): string {
  return documentOf({ ...DEFAULT_ANSWERS, vary: "rows", rows });
}

function dataText(answers: Answers): string {
  if (!hasRows(answers)) return "";
  const file = answers.rows.trim();
  return `
data:
  ${dataName(file)}:
    file: ${quoted(file)}
    pick: random # or in_order, shuffle, zipf: the first rows most often
`;
}

/** What the fields of a file are called by: its name, as far as it can be one. */
export function dataName(file: string): string {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  const name = base.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, NAME_CHARS_MAX);
  return /^[A-Za-z_]/.test(name) && !isGenerator(name) ? name : "rows";
}

function targetLines(answers: Answers): string[] {
  const lines = [
    "- name: target # in reports and metrics",
    `  url: ${quoted(answers.url.trim())}`,
    `  protocol: ${
      quoted(answers.protocol)
    } # http = HTTP/1.1, http2 = HTTP/2, grpc = gRPC`,
  ];
  if (!isCall(answers)) {
    lines.push(`  method: ${quoted(answers.method.trim())}`);
  }
  const headers = headersOf(answers.headers);
  if (headers.length > 0) {
    lines.push("  headers:");
    for (const [name, value] of headers) {
      lines.push(`    ${quoted(name)}: ${quoted(value)}`);
    }
  }
  return [...lines, ...requestLines(answers)];
}

function requestLines(answers: Answers): string[] {
  const { body, call } = answers;
  if (!hasBody(answers)) return [];
  if (!isCall(answers)) {
    return body === "" ? [] : [`  body: ${quoted(body)}`];
  }
  return [
    "  grpc:",
    `    method: ${quoted(call.trim())}`,
    ...(body.trim() === "" ? [] : [`    message: ${messageText(body)}`]),
  ];
}

/** JSON as it is, since JSON is YAML; what is none as text, for the parser to refuse. */
function messageText(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return quoted(body);
  }
}

function controllerLines({ base, max, schedule }: Answers): string[] {
  const lines = [
    `base_tps: ${scalar(base)} # requests per second`,
    `max_tps: ${scalar(max)} # the rate never passes this`,
  ];
  const read = parseScheduleText(schedule);
  if (read.kind === "complaint") {
    return [...lines, `schedule: ${quoted(schedule)}`];
  }
  if (read.rules.length === 0) return lines;
  lines.push("schedule: # by hour of the day, in the system's time zone");
  for (const { hours, multiplier } of read.rules) {
    lines.push(`  - hours: [${hours.join(", ")}]`);
    lines.push(`    tps_multiplier: ${multiplier}`);
  }
  return lines;
}

function patternLines(answers: Answers): string[] {
  const noise = shareOf(answers.noise);
  return [
    "poisson: # random spikes",
    ...indentedLines(spikeLines(answers)),
    "noise: # small disturbances",
    `  amplitude: ${scalar(noise)} # the rate is off by at most this share`,
  ];
}

function spikeLines(answers: Answers): string[] {
  if (!hasSpikes(answers)) return ["enabled: false"];
  const spikes = answers.spikes.trim();
  return [
    isInterval(spikes)
      ? `interval: ${quoted(spikes)} # mean time between starts`
      : `lambda: ${scalar(spikes)} # starts per second`,
    `spike_factor: ${scalar(factorOf(answers.factor))} # height at the top`,
  ];
}

/** `3.0x` as `3.0`. */
export function factorOf(text: string): string {
  return FACTOR_REGEXP.exec(text.trim())?.[1] ?? text;
}

/** Whether a text is how often spikes come, right or wrong: a number or a duration. */
export function isFrequency(text: string): boolean {
  return NUMBER_REGEXP.test(text.trim()) || isInterval(text);
}

/** Whether how often spikes come is told as the mean time between two. */
export function isInterval(text: string): boolean {
  return DURATION_REGEXP.test(text.trim());
}

/** `15%` as `0.15`. */
function shareOf(text: string): string {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
  return percent === undefined
    ? text
    : String(Number((Number(percent) / 100).toPrecision(12)));
}

/** Names and values of headers; a part without a colon is a name without a value. */
export function headersOf(
  text: string,
): readonly (readonly [string, string])[] {
  if (text.trim() === "") return [];
  return text.split(NEXT_HEADER_REGEXP).map((part) => {
    const colon = part.indexOf(":");
    return colon < 0
      ? [part.trim(), ""]
      : [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
  });
}

/** A number as YAML has it; what is none as text, for the parser to refuse. */
function scalar(text: string): string {
  const trimmed = text.trim();
  return NUMBER_REGEXP.test(trimmed) ? trimmed : quoted(trimmed);
}

/** JSON's strings are YAML's double-quoted ones. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function indented(lines: readonly string[], by: string): string {
  return lines.map((line) => by + line).join("\n");
}

function indentedLines(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
