import { killAgainAndAgain } from "./killed.ts";

Deno.test("a record that is killed wherever it was keeps what was taken, and goes on", () =>
  // The long tests kill it 200 times.
  killAgainAndAgain(5, 98));
