import { shelfTests } from "./harness/shelf.js";

await shelfTests("button-masher");
