import { KarError } from "../../base/mod.ts";

/** Checked here and not by the parser, which would hide a misspelt `--config`. */
export function givenConfig(config: string | undefined): string {
  if (config !== undefined) return config;
  throw new KarError("usage", "--config FILE is missing: name a config file");
}
