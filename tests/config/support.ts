/**
 * What tests of configs share: an environment, ways to parse, the smallest
 * config.
 *
 * @module
 */
import {
  type Config,
  configOf,
  formatProblem,
  type Override,
  parseConfig,
  type ParsedConfig,
} from "../../src/config/mod.ts";

/** What a variable holds that no message and no plan may show. */
export const SECRET = "hunter2-s3cret";

const ENVIRONMENT: Readonly<Record<string, string>> = {
  KAR_SECRET: SECRET,
  KAR_WITH_NEWLINE: `${SECRET}\nx-admin: yes`,
  KAR_NUMBER: "7531",
  KAR_TEMPLATE: `{{${SECRET}}}`,
  KAR_HOST: "localhost",
  KAR_HTTPS: "https://localhost:8443/",
  KAR_HOME: "/home/kar",
  KAR_EMPTY: "",
  KAR_YAML: "[1, 2]",
  API_TOKEN: SECRET,
};

/** The smallest config that is right. */
export const MINIMAL = "targets: [{ name: api, url: http://localhost/ }]\n";

/** Parses a text as if it were a file, with a fixed environment and zone. */
export function parse(
  text: string,
  file = "kar.yaml",
  overrides: readonly Override[] = [],
): ParsedConfig {
  return parseConfig(text, {
    file,
    overrides,
    environment: (name) => ENVIRONMENT[name],
    systemZone: "Asia/Tokyo",
  });
}

/** The config of a text that is right. */
export function config(text: string, ...overrides: Override[]): Config {
  return configOf(parse(text, "kar.yaml", overrides));
}

/** All problems of a text, as a user sees them. */
export function problems(text: string, ...overrides: Override[]): string[] {
  return parse(text, "kar.yaml", overrides).problems.map(formatProblem);
}
