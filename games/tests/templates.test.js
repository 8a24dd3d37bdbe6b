/** What people and agents copy first has to keep every promise of the shelf. */

import { shelfTests } from "./harness/shelf.js";

await shelfTests("_template");
await shelfTests("_template-dom");
