import { expand } from "../../base/mod.ts";
import type { TargetPlan } from "../../plan/mod.ts";
import { protocolOf } from "../../protocol/mod.ts";
import { type ConfigFault, type TargetFault, TargetFaults } from "../faults.ts";
import type { ResolvedGrpcCall, ResolvedTarget, TlsTexts } from "../mod.ts";
import { readNamedFile } from "../named_file.ts";
import {
  checkCa,
  type Checked,
  checkPair,
  type PemFault,
  type PemFile,
} from "../pem/mod.ts";

/** Bound of a file of certificates; those of all public authorities take a quarter of it. */
const PEM_BYTES_MAX = 2 ** 20;

type VariableValues = Readonly<Record<string, string>>;

/** How far resolving may go. */
export interface ResolveScope {
  /** Asks no server: what only a server knows is left open. */
  readonly offline?: boolean;
}

/** What resolving came to, and all that was found wrong on the way. */
export interface Resolution {
  readonly resolved: ResolvedTarget;
  readonly faults: readonly ConfigFault[];
}

/**
 * Reads a target's certificates and looks its gRPC call up, once, before
 * anything is sent.
 *
 * @throws {TargetFaults} for files, methods and messages that cannot be used
 * @throws {KarError} `noAnswer` when a server cannot be asked for its methods
 */
export async function resolveTarget(
  target: TargetPlan,
  variables: VariableValues,
): Promise<ResolvedTarget> {
  const { resolved, faults } = await resolution(target, variables);
  if (faults.length > 0) throw TargetFaults.of(target.name, faults);
  return resolved;
}

/**
 * Resolves targets as `resolveTarget` does, all of them, so that the user
 * learns of all mistakes at once.
 */
export async function resolveTargets(
  targets: readonly TargetPlan[],
  variables: VariableValues,
): Promise<ResolvedTarget[]> {
  const results = await Promise.allSettled(
    targets.map((target) => resolveTarget(target, variables)),
  );
  const faults: TargetFault[] = [];
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    if (!(result.reason instanceof TargetFaults)) throw result.reason;
    faults.push(...result.reason.faults);
  }
  if (faults.length > 0) throw new TargetFaults(faults);
  return results.flatMap((result) =>
    result.status === "fulfilled" ? [result.value] : []
  );
}

/** Resolves a target as far as possible. */
export async function resolution(
  target: TargetPlan,
  variables: VariableValues,
  { offline = false }: ResolveScope = {},
): Promise<Resolution> {
  const { tls, faults } = await readTls(target, variables);
  if (protocolOf(target.protocol).request !== "call") {
    return { resolved: { tls, grpc: null }, faults };
  }
  // A server is not asked with certificates that are invalid.
  if ((offline || faults.length > 0) && isReflected(target)) {
    return { resolved: { tls, grpc: null }, faults };
  }
  const call = await callOf(target, tls, variables);
  return {
    resolved: { tls, grpc: call.grpc },
    faults: [...faults, ...call.faults],
  };
}

/** Whether only a target's server can tell what its call is. */
export function isReflected({ grpc }: TargetPlan): boolean {
  return grpc !== undefined && grpc.method !== null &&
    grpc.source.kind === "reflection";
}

async function callOf(
  target: TargetPlan,
  tls: TlsTexts,
  variables: VariableValues,
): Promise<
  {
    readonly grpc: ResolvedGrpcCall | null;
    readonly faults: readonly ConfigFault[];
  }
> {
  // The message types come with a protobuf library that HTTP does not need.
  const { resolveGrpc } = await import("../grpc/resolve/mod.ts");
  try {
    const grpc = await resolveGrpc(target, {
      tls,
      expand: (text) => expand(text, variables),
    });
    return { grpc, faults: [] };
  } catch (error) {
    if (!(error instanceof TargetFaults)) throw error;
    return { grpc: null, faults: error.faults };
  }
}

interface Tls {
  readonly tls: TlsTexts;
  readonly faults: readonly ConfigFault[];
}

const NO_TEXTS: TlsTexts = { ca: null, cert: null, key: null };

async function readTls(
  { tls, insecure }: TargetPlan,
  variables: VariableValues,
): Promise<Tls> {
  if (!tls) return { tls: NO_TEXTS, faults: [] };
  const wrongs: PemFault[] = [];
  const read = async (at: PemFault["at"]): Promise<PemFile | null> => {
    const shown = tls[at];
    if (shown === null) return null;
    const path = expand(shown, variables);
    const file = await readNamedFile({ shown, path }, PEM_BYTES_MAX);
    if (file.kind === "bytes") return { shown, bytes: file.bytes };
    wrongs.push({ at, why: file.why });
    return null;
  };
  const good = <T>(checked: Checked<T>): T | null => {
    if (checked.kind === "good") return checked.value;
    wrongs.push(...checked.wrongs);
    return null;
  };
  const ca = await read("ca");
  const cert = await read("cert");
  const key = await read("key");
  const nowMs = Date.now();
  // With `insecure` no root has to be valid.
  const roots = ca === null ? null : checkCa(ca, insecure ? null : nowMs);
  const pair = cert && key ? checkPair({ cert, key }, nowMs) : null;
  const texts = {
    ca: roots === null ? null : good(roots),
    ...(pair === null ? { cert: null, key: null } : good(pair)),
  };
  const faults = wrongs.map(({ at, why }) => ({
    path: ["tls", at],
    message: why,
  }));
  return { tls: { ...NO_TEXTS, ...texts }, faults };
}
