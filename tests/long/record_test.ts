import { killAgainAndAgain } from "../record/killed.ts";

Deno.test("a record that is killed at 200 random points is read after each", async () => {
  for (let seed = 1; seed <= 20; seed++) await killAgainAndAgain(10, seed);
});
