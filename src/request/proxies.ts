/**
 * Variables of the environment that name a proxy, as curl, Deno and most others
 * read them. kar uses none: it measures targets, not what stands before them.
 */
const PROXY_VARIABLES: readonly string[] = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
];

/** Those that are set, with their values. */
export function proxiesIn(
  env: (name: string) => string | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    PROXY_VARIABLES.flatMap((name) => {
      const value = env(name);
      return value === undefined || value === ""
        ? []
        : [[name, value] as const];
    }),
  );
}
