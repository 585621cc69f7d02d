/**
 * kar as its users have it, one file: `deno task test:binary` builds the
 * package and tests it; `KAR_BINARY=FILE deno task test:binary` tests another.
 *
 * All tests are in one module graph, so that the package is built once.
 */
import "./commands.ts";
import "./daemon.ts";
import "./package.ts";
import "./traffic.ts";
