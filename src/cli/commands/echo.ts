import { EXIT, KarError } from "../../base/mod.ts";
import { type EchoPorts, type Faults, startEcho } from "../../echo/mod.ts";
import type { System } from "../system.ts";

/** What `kar echo` takes; durations in milliseconds. */
export interface EchoFlags {
  readonly host: string;
  readonly port: number;
  readonly tlsPort?: number | undefined;
  readonly grpcPort?: number | undefined;
  readonly grpcTlsPort?: number | undefined;
  readonly latency?: number | undefined;
  readonly jitter?: number | undefined;
  readonly errorShare?: number | undefined;
  /** Requests answered a second. */
  readonly capacity?: number | undefined;
  readonly stall?: number | undefined;
  readonly stallAfter?: number | undefined;
  readonly stallEvery?: number | undefined;
  readonly seed?: number | undefined;
}

/** `kar echo`: the sample server, until someone ends it. */
export async function echo(system: System, flags: EchoFlags): Promise<number> {
  const { host, port, tlsPort, grpcPort, grpcTlsPort } = flags;
  const server = await startEcho({
    hostname: host,
    port,
    tlsPort,
    grpcPort,
    grpcTlsPort,
    faults: faultsOf(flags),
  });
  for (const line of addresses(host, server.ports)) {
    system.stdout.write(`${line}\n`);
  }
  const stopped = Promise.withResolvers<void>();
  const deafen = system.onStopSignal(stopped.resolve);
  await stopped.promise;
  await server.shutdown();
  deafen();
  const { total } = await server.stats();
  system.stdout.write(`Received ${total} requests\n`);
  return EXIT.done;
}

function faultsOf(flags: EchoFlags): Partial<Faults> {
  const { latency, jitter, errorShare, stall, stallAfter, seed } = flags;
  const { capacity } = flags;
  requires(flags, "jitter", "latency");
  requires(flags, "stallAfter", "stall");
  requires(flags, "stallEvery", "stall");
  return {
    ...(errorShare === undefined ? {} : { errorShare }),
    ...(seed === undefined ? {} : { seed }),
    ...(capacity === undefined ? {} : { capacity }),
    latency: latency === undefined
      ? null
      : jitter === undefined
      ? { kind: "constant", ms: latency }
      : { kind: "uniform", ms: latency, jitterMs: jitter },
    stall: stall === undefined ? null : {
      durationMs: stall,
      afterMs: stallAfter ?? 0,
      everyMs: flags.stallEvery ?? null,
    },
  };
}

/** A flag that does nothing without another one is a mistake worth telling. */
function requires(
  flags: EchoFlags,
  flag: "jitter" | "stallAfter" | "stallEvery",
  needed: "latency" | "stall",
): void {
  if (flags[flag] === undefined || flags[needed] !== undefined) return;
  const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new KarError(
    "usage",
    `--${name} has no effect without --${needed}: give both, or neither`,
  );
}

function addresses(host: string, ports: EchoPorts): string[] {
  const name = host.includes(":") ? `[${host}]` : host;
  return [
    `HTTP/1.1, h2c          http://${name}:${ports.http}`,
    ...(ports.tls === null
      ? []
      : [`HTTP/1.1, HTTP/2, TLS  https://${name}:${ports.tls}`]),
    ...(ports.grpc === null
      ? []
      : [`gRPC                   http://${name}:${ports.grpc}`]),
    ...(ports.grpcTls === null
      ? []
      : [`gRPC, TLS              https://${name}:${ports.grpcTls}`]),
  ];
}
