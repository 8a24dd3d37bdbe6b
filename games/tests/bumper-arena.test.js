import { shelfTests } from "./harness/shelf.js";

await shelfTests("bumper-arena");
