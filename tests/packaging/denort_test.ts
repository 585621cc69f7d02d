import assert from "node:assert/strict";
import { compileArgs } from "../../scripts/compile.ts";
import { explainFailure } from "../../scripts/packaging/denort.ts";
import { hostTarget, TARGETS } from "../../scripts/packaging/targets.ts";

const LINUX = TARGETS[0]!;

/** What Deno 2.9.6 says, colours off. */
const NO_NETWORK = `Compile main.js to kar-linux-x64
Download https://downloads.example/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip
error: Writing deno compile executable to temporary file 'kar-linux-x64.tmp-4745806b'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://downloads.example/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip): client error (Connect): dns error
    2: dns error
    3: failed to lookup address information: Name or service not known

Stack backtrace:
   0: <unknown>
`;
const NO_FILE =
  `error: Writing deno compile executable to temporary file 'kar.tmp-ebb06f58'

Caused by:
    0: Could not find denort at '/nope'
    1: No such file or directory (os error 2)
`;

Deno.test("explainFailure() names both ways out where denort cannot be downloaded", () => {
  assert.equal(
    explainFailure(LINUX, NO_NETWORK),
    `Cannot compile kar-linux-x64: the runtime part that goes into it could not be downloaded:
  https://downloads.example/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip
  failed to lookup address information: Name or service not known
Two ways out:
  DENORT_BIN=/path/to/denort deno task compile   with the file denort out of that zip, fetched where it can be reached
  deno task package   makes one self-contained file from the installed Deno, without any download`,
  );
});

Deno.test("explainFailure() tells which file DENORT_BIN should be", () => {
  assert.equal(
    explainFailure(LINUX, NO_FILE),
    "Cannot compile kar-linux-x64: DENORT_BIN is /nope, and there is no such file; it is the file denort out of denort-x86_64-unknown-linux-gnu.zip",
  );
});

Deno.test("explainFailure() passes on what it does not know", () => {
  assert.equal(
    explainFailure(LINUX, "error: Module not found\n"),
    "Cannot compile kar-linux-x64:\nerror: Module not found",
  );
});

Deno.test("compileArgs() embeds the script of every worker", () => {
  const workers = ["src/a.js", "src/b.js"];
  const args = compileArgs(LINUX, { workers, path: "/out/kar" }).join(" ");
  assert.match(args, /--target x86_64-unknown-linux-gnu --output \/out\/kar/);
  assert.match(args, /--include src\/a\.js --include src\/b\.js main\.js$/);
});

Deno.test("TARGETS are Linux and macOS on two processors each, and Windows", () => {
  assert.deepEqual(TARGETS.map(({ file }) => file), [
    "kar-linux-x64",
    "kar-linux-arm64",
    "kar-macos-x64",
    "kar-macos-arm64",
    "kar-windows-x64.exe",
  ]);
  assert.equal(hostTarget().triple, Deno.build.target);
});
