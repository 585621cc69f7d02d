export { mask, type Masked } from "../../src/script/mod.ts";
