import { KarError } from "../../base/mod.ts";
import type {
  Draft,
  DraftHeader,
  DraftSpikes,
  DraftTarget,
  DraftTraffic,
  HourRule,
} from "../../draft/mod.ts";

/** The flags that say what a URL on the command line stands for. */
export interface LineFlags {
  readonly rate?: number | undefined;
  readonly max?: number | undefined;
  readonly method?: string | undefined;
  readonly header?: readonly DraftHeader[] | undefined;
  /** The body itself. */
  readonly body?: string | undefined;
  readonly http2?: true | undefined;
  readonly grpc?: string | undefined;
  readonly preset?: string | undefined;
  readonly schedule?: readonly HourRule[] | undefined;
  readonly spikes?: DraftSpikes | null | undefined;
}

/** Requests a second where nothing else is said; above it, public hosts are asked about. */
export const DEFAULT_RATE = 50;

/**
 * What one line stands for: a steady rate of Poisson arrivals, without spikes,
 * noise or ramp, unless flags say otherwise.
 *
 * @throws {KarError} `usage` for flags that contradict each other
 */
export function draftOf(url: string, flags: LineFlags, origin: string): Draft {
  return {
    origin,
    notes: [],
    targets: [targetOf(url, flags)],
    traffic: trafficOf(flags),
    isWatched: false,
  };
}

function targetOf(url: string, flags: LineFlags): DraftTarget {
  const { method, header = [], body, http2, grpc } = flags;
  const common = { name: "target", url };
  if (grpc !== undefined) {
    if (http2) throw twice("--grpc", "--http2: gRPC is HTTP/2 already");
    if (method !== undefined) {
      throw twice("--grpc", "-X: a call has no HTTP method");
    }
    const call = { method: grpc, message: messageOf(body) };
    return { ...common, protocol: "grpc", headers: header, grpc: call };
  }
  const sent = method ?? (body === undefined ? undefined : "POST");
  return {
    ...common,
    ...(http2 && { protocol: "http2" }),
    ...(sent !== undefined && { method: sent }),
    headers: body === undefined ? header : withType(header, body),
    ...(body !== undefined && { body }),
  };
}

function messageOf(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new KarError(
      "usage",
      `-b ${
        JSON.stringify(body.slice(0, 80))
      } is not JSON, which the message of --grpc must be, such as {"id": 1}`,
    );
  }
}

/** JSON says so, unless somebody else has. */
function withType(
  headers: readonly DraftHeader[],
  body: string,
): readonly DraftHeader[] {
  const isTold = headers.some(([name]) => /^content-type$/i.test(name));
  return isTold || !isJson(body)
    ? headers
    : [...headers, ["content-type", "application/json"]];
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function trafficOf(flags: LineFlags): DraftTraffic {
  const { rate = DEFAULT_RATE, preset, schedule = [], spikes } = flags;
  const max = flags.max ?? highest(rate, flags);
  if (max !== undefined && max < rate) {
    throw new KarError(
      "usage",
      `--max ${max} is below the rate of ${rate}: it is what the rate never passes`,
    );
  }
  return {
    rate,
    ...(max !== undefined && { max }),
    ...(preset !== undefined && { preset }),
    schedule,
    ...(preset === undefined
      ? { spikes: spikes ?? null, isQuiet: true }
      : spikes !== undefined && { spikes }),
  };
}

/** What the rate comes to at most; undefined where a preset says it. */
function highest(
  rate: number,
  { preset, schedule = [], spikes }: LineFlags,
): number | undefined {
  if (preset !== undefined && schedule.length === 0 && !spikes) {
    return undefined;
  }
  const busiest = Math.max(1, ...schedule.map(({ multiplier }) => multiplier));
  return Math.ceil(rate * busiest * Math.max(1, spikes?.factor ?? 1));
}

function twice(flag: string, other: string): KarError {
  return new KarError("usage", `${flag} does not go with ${other}`);
}
