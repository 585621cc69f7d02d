import { KarError } from "../../../base/mod.ts";
import type { Plan, TargetPlan } from "../../../plan/mod.ts";

/*
 * Which files of this machine a plan may read that another machine has made.
 *
 * Data, bodies and scripts are sent, or decide what is sent: each is read only
 * where the plan has its SHA-256, and used only where the file is that one. Who
 * names a file so has it. Certificates, keys and descriptions of gRPC are each
 * machine's own, and the plan has no hash of them: they are read only where
 * somebody on this machine has said so.
 */

/** A file that a plan names without a hash of it. */
export interface OwnFile {
  /** `target api, tls.key`. */
  readonly place: string;
  /** As the plan names it. */
  readonly file: string;
}

/** Certificates, keys and descriptions that a plan's requests need. */
export function ownFiles({ targets, setup }: Plan): OwnFile[] {
  return [
    ...targets.flatMap((target) => filesOf(`target ${target.name}`, target)),
    ...(setup?.requests ?? []).flatMap((request) =>
      filesOf(`setup step ${request.name}`, request)
    ),
  ];
}

function filesOf(
  place: string,
  { tls, grpc, gone }: TargetPlan,
): OwnFile[] {
  if (gone) return [];
  const named = (key: string, file: string | null): OwnFile[] =>
    file === null ? [] : [{ place: `${place}, ${key}`, file }];
  const source = grpc?.source;
  return [
    ...named("tls.ca", tls?.ca ?? null),
    ...named("tls.cert", tls?.cert ?? null),
    ...named("tls.key", tls?.key ?? null),
    ...(source?.kind === "proto"
      ? [...source.files, ...source.paths].flatMap((file) =>
        named("grpc.proto", file)
      )
      : source?.kind === "descriptor_set"
      ? named("grpc.descriptor_set", source.file)
      : []),
  ];
}

/**
 * @param may whether somebody here has said that a file may be read
 * @throws {KarError} `config` for a plan that names others
 */
export function checkOwnFiles(
  plan: Plan,
  may: (file: string) => boolean,
): void {
  const others = ownFiles(plan).filter(({ file }) => !may(file));
  if (others.length === 0) return;
  const list = others.map(({ place, file }) => `${file} (${place})`).join(", ");
  throw new KarError(
    "config",
    `The plan of the run names files of this machine, of which it has no hash: ${list}; --plan-files lets kar join read them where you trust who opened the run, or give the config itself: kar run --config FILE --fleet URL`,
  );
}
