/**
 * The program `kar`.
 *
 * @module
 */
import { setEventInterval } from "./src/base/mod.ts";
import { realSystem, reportError, runCli } from "./src/cli/mod.ts";

// Every thread reads it when it begins.
setEventInterval(Deno.env);

// A compiled binary has no second program in it: it is a script's process, too.
if (Deno.build.standalone && Deno.args[0] === "__script") {
  const { serveScript } = await import("./src/script/host/mod.ts");
  await serveScript();
}

const system = realSystem();

// What nobody caught is a bug: one line, like every other error.
for (const kind of ["error", "unhandledrejection"] as const) {
  globalThis.addEventListener(kind, (event) => {
    event.preventDefault();
    const thrown = event instanceof ErrorEvent
      ? event.error
      : (event as PromiseRejectionEvent).reason;
    Deno.exit(reportError(system, thrown));
  });
}

Deno.exit(await runCli(system));
