import type { Root } from "./schema/mod.ts";

/** Blocks that only say what the Go program or a later kar does with them. */
type ReadAndGone =
  | "preset"
  | "worker"
  | "dashboard"
  | "master";

/**
 * What the user asked for: the file's keys with defaults, preset and overrides
 * in place. Durations are milliseconds.
 *
 * Strings that go into requests (addresses, headers, bodies, files of
 * certificates, gRPC) still hold their `${NAME}`; all else is expanded.
 */
export type Config = Omit<Root, ReadAndGone> & {
  readonly timezone: string;
  /** Names of the variables that the strings still hold, in alphabetical order. */
  readonly variables: readonly string[];
};

/** One target of a config. */
export type TargetConfig = Config["targets"][number];
