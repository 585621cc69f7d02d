#!/usr/bin/env node
"use strict";
// Starts kar with the Deno that npm has installed beside it.
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** Deno itself; its own launcher would not hand on signals. */
function findDeno() {
  const folder = dirname(require.resolve("deno/package.json"));
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const path = join(folder, name);
  // Where scripts are forbidden, npm has not run its install script.
  return existsSync(path) ? path : require("deno/install_api.cjs").runInstall();
}

/** Every turn of the event loop looks at the sockets, unless somebody wants it otherwise. */
function eventInterval() {
  const given = process.env.DENO_TOKIO_EVENT_INTERVAL ?? "";
  return /^\d{1,9}$/.test(given) && Number(given) > 0 ? given : "1";
}

function start(deno) {
  const flags = ["--allow-all", "--quiet", "@FLAGS@"];
  const words = [join(__dirname, "main.js"), ...process.argv.slice(2)];
  const kar = spawn(deno, ["run", ...flags, ...words], {
    stdio: "inherit",
    env: {
      ...process.env,
      DENO_TOKIO_EVENT_INTERVAL: eventInterval(),
      DENO_NO_UPDATE_CHECK: "1",
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "2",
      MALLOC_TRIM_THRESHOLD_: process.env.MALLOC_TRIM_THRESHOLD_ ?? "131072",
      MALLOC_MMAP_THRESHOLD_: process.env.MALLOC_MMAP_THRESHOLD_ ?? "131072",
    },
  });
  // Ctrl-C reaches both; kar ends first, with its report.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) {
    process.on(signal, () => kar.kill(signal));
  }
  kar.on("error", (error) => fail(`${deno}: ${error.message}`));
  kar.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    // Ends as kar has ended.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(why) {
  console.error(`kar: cannot start: ${why}`);
  process.exit(4);
}

let deno;
try {
  deno = findDeno();
} catch (error) {
  const [why] = error.message.split("\n");
  fail(
    `the npm package deno is not complete (${why}); npm install kar98k again, without --omit=optional`,
  );
}
if (deno !== undefined) start(deno);
