import { formatDuration } from "../base/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import { proxiesIn } from "../request/mod.ts";
import type { Config } from "./config.ts";
import {
  type Environment,
  isGiven,
  nodeAt,
  pathText,
  placeOf,
  type Problem,
  type TreeNode,
} from "./source/mod.ts";
import { placeholders } from "./placeholder_warnings.ts";
import { SAFETY_CHECKS } from "./safety_warnings.ts";
import {
  type Check,
  type Subject,
  TRAFFIC_CHECKS,
  type Warning,
} from "./traffic_warnings.ts";

const CHECKS: readonly Check[] = [
  ...TRAFFIC_CHECKS,
  ...SAFETY_CHECKS,
  roundedWindows,
  unprovable,
  unusedKeys,
  methodCase,
  unverified,
  placeholders,
  goProgram,
];

/** Everything about a valid config that its user may not expect. */
export function warningsOf(config: Config, root: TreeNode): Problem[] {
  return CHECKS.flatMap((check) => check({ config, root })).map((
    { path, message },
  ) => ({
    ...placeOf(root, path),
    path: pathText(path),
    severity: "warning",
    message,
  }));
}

/** One for all: proxies are not a fault of the file. */
export function proxyWarnings({ file, environment }: {
  readonly file: string;
  readonly environment: Environment;
}): Problem[] {
  const names = [...proxiesIn(environment).keys()];
  if (names.length === 0) return [];
  const verb = names.length === 1 ? "is" : "are";
  const message = `${
    names.join(", ")
  } ${verb} set in the environment, and kar uses no proxy: requests go straight to their targets`;
  return [{ file, line: 0, col: 0, path: "", severity: "warning", message }];
}

function unusedKeys({ config, root }: Subject): Warning[] {
  return config.targets.flatMap((target, i) => {
    const grpc = protocolOf(target.protocol).request === "call"
      ? {
        method: "gRPC always posts; the call is grpc.method",
        body: "gRPC sends grpc.message",
      }
      : {};
    const scheme = schemeOf(root, i);
    const tls = scheme === "https:" ? {} : {
      tls: scheme === "unix:"
        ? "there is no TLS over a Unix socket"
        : "there is no TLS with http://",
    };
    return Object.entries({ ...grpc, ...tls })
      .map(([key, why]) => ({
        path: ["targets", i, key],
        message: `is not used: ${why}`,
      }))
      .filter(({ path }) => isGiven(root, path));
  });
}

/** Methods are case-sensitive (RFC 9110, 9.1), and kar sends capitals only. */
function methodCase({ config, root }: Subject): Warning[] {
  const paths = [
    ...config.targets.flatMap(({ protocol }, i) =>
      protocolOf(protocol).request === "call" ? [] : [["targets", i, "method"]]
    ),
    ["health", "method"],
  ];
  return paths.flatMap((path) => {
    const node = nodeAt(root, path);
    if (node?.kind !== "scalar") return [];
    const method = String(node.value ?? "");
    const sent = method.toUpperCase();
    if (method === sent) return [];
    // What a variable holds is not shown.
    const meant = node.template === null ? sent : "its capitals";
    const message =
      `methods are case-sensitive: did you mean ${meant}? That is what is sent`;
    return [{ path, message }];
  });
}

/** By the tree, since the config may hold a variable in its place. */
function schemeOf(root: TreeNode, target: number): string | undefined {
  const url = nodeAt(root, ["targets", target, "url"]);
  const text = url?.kind === "scalar" ? String(url.value) : "";
  return /^[a-z]+:/i.exec(text)?.[0].toLowerCase();
}

function unverified({ config }: Subject): Warning[] {
  const message = "the target's certificate is not verified";
  const ofSetup = config.setup?.tls?.insecure === true
    ? [{ path: ["setup", "tls", "insecure"], message }]
    : [];
  return [
    ...ofSetup,
    ...config.targets.flatMap((target, i) =>
      target.tls?.insecure === true
        ? [{ path: ["targets", i, "tls", "insecure"], message }]
        : []
    ),
  ];
}

/** What the Go program's files say that kar reads otherwise, or not at all. */
const GO_KEYS: readonly (readonly [path: string, message: string])[] = [
  ["worker.pool_size", "is read as limits.in_flight"],
  [
    "worker.queue_size",
    "is ignored: kar has no queue; late requests are missed",
  ],
  [
    "worker.max_idle_conns",
    "is ignored: limits.connections bounds all connections",
  ],
  ["worker.idle_conn_timeout", "is ignored: connections stay open while used"],
  ["dashboard", "is ignored: kar has none"],
  ["master", "is ignored: machines share the traffic by run --stripe i/n"],
];

function goProgram({ root }: Subject): Warning[] {
  return GO_KEYS.map(([text, message]) => ({ path: text.split("."), message }))
    .filter(({ path }) => isGiven(root, path))
    .map((surprise) =>
      surprise.path[1] === "pool_size" &&
        isGiven(root, ["limits", "in_flight"])
        ? { ...surprise, message: "is ignored: limits.in_flight is given" }
        : surprise
    );
}

/** Arrivals a second at which sends that wait for a timer are told from those on time. */
const ECO_RATE_MAX = 40;

/** Timers are a millisecond late, and that many arrivals share one. */
function unprovable({ config }: Subject): Warning[] {
  const { pacing, thresholds, tolerate, controller: { base_tps } } = config;
  const isShown = pacing === "eco" && thresholds.length > 0 && tolerate < 1 &&
    base_tps > ECO_RATE_MAX;
  return !isShown ? [] : [{
    path: ["pacing"],
    message:
      `eco sends by timers, a millisecond late: above ${ECO_RATE_MAX} requests a second the proof of law is refuted before long, and a run with thresholds is invalid then, unless tolerate is 100%`,
  }];
}

/** What lies further back is kept by minutes and by hours. */
function roundedWindows({ config }: Subject): Warning[] {
  return config.thresholds.flatMap(({ window }, i) => {
    if (window === null || window.askedMs === window.lengthSec * 1000) {
      return [];
    }
    const asked = formatDuration(window.askedMs);
    const taken = formatDuration(window.lengthSec * 1000);
    return [{
      path: ["thresholds", i],
      message: `over ${asked} is rounded up to ${taken}`,
    }];
  });
}
