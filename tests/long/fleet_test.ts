import { runHistories } from "../fleet/histories.ts";

const FIRST = Number(Deno.env.get("KAR_SEED") ?? Date.now() % 1_000_000);
const COUNT = Number(Deno.env.get("KAR_HISTORIES") ?? 10_000);

Deno.test(`${COUNT} random histories of a fleet: no slot twice, and what is missing is named`, async () => {
  console.log(`seeds ${FIRST} to ${FIRST + COUNT - 1}`);
  const counts = await runHistories(FIRST, COUNT);
  for (const [what, times] of [...counts].sort()) {
    console.log(`${String(times).padStart(8)} ${what}`);
  }
});
