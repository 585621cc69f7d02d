import {
  answer,
  type Client,
  type ClientContext,
  type Exchange,
} from "../../src/transport/mod.ts";

/** A client that answers at the next turn and sends nothing: what is left is the dispatcher. */
export function openNull({ clock, done }: ClientContext): Client {
  const outcome = answer(200);
  const open: Exchange[] = [];
  let isAsked = false;
  const flush = () => {
    isAsked = false;
    for (const exchange of open.splice(0)) done(exchange, outcome);
  };
  return {
    frame: () => null,
    send: (exchange) => {
      open.push(exchange);
      if (!isAsked) clock.soon(flush);
      isAsked = true;
      return true;
    },
    // All are answered within the turn.
    cancel: () => {},
    close: () => Promise.resolve(),
  };
}
