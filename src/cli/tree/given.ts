import { KarError } from "../../base/mod.ts";

/** Checked here and not by the parser, which would hide a misspelt `--config`. */
export function givenConfig(config: string | undefined): string {
  if (config !== undefined) return config;
  throw new KarError("usage", "--config FILE is missing: name a config file");
}

/** The file of a command that takes a URL in its place, too. */
export function givenSource(config: string | undefined): string {
  if (config !== undefined) return config;
  throw new KarError("usage", "URL is missing: name one, or --config FILE");
}
