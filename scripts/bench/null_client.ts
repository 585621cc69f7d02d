import {
  answer,
  type Call,
  type Transport,
  type TransportContext,
} from "../../src/transport/mod.ts";

/** A client that answers at the next turn and sends nothing: what is left is the dispatcher. */
export function openNull({ clock, done }: TransportContext): Transport {
  const outcome = answer(200);
  const open: Call[] = [];
  let isAsked = false;
  const flush = () => {
    isAsked = false;
    for (const call of open.splice(0)) done(call, outcome);
  };
  return {
    send: (call) => {
      open.push(call);
      if (!isAsked) clock.soon(flush);
      isAsked = true;
      return true;
    },
    close: () => Promise.resolve(),
  };
}
