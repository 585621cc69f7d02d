import { runHistories } from "./histories.ts";

const FIRST = Number(Deno.env.get("KAR_SEED") ?? Date.now() % 1_000_000);
const COUNT = Number(Deno.env.get("KAR_HISTORIES") ?? 100);

Deno.test("whatever is stopped, cut off, killed, restarted, reloaded or lost: no slot twice, and what is missing is named to the last request", async () => {
  console.log(`seeds ${FIRST} to ${FIRST + COUNT - 1}`);
  await runHistories(FIRST, COUNT);
});
