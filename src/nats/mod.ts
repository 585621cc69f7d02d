/**
 * The port `Bus` by NATS with JetStream. The one folder that imports NATS, and
 * it is loaded only where a fleet is asked for.
 *
 * | stream | subjects | what |
 * |---|---|---|
 * | `KAR_R` | `kar.R.run`, `kar.R.plan.*`, `kar.R.part.*` | the run's row, plans by their hashes, claims; one of each |
 * | `KAR_R_EVENT` | `kar.R.event` | events, in their order |
 * | `KAR_R_SNAP` | `kar.R.snap.*` | what each part told last |
 * | `KAR_R_CLOCK` | `kar.R.clock.*` | nothing, for the stamp of it |
 *
 * No consumer and no watch: everything is asked for, so that nothing can end
 * unnoticed and nothing stays behind on the server.
 *
 * @module
 */
export { NatsBus } from "./bus.ts";
export type * from "./codec.ts";
export { connectBus, type Credentials, type FleetAddress } from "./connect.ts";
