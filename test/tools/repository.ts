import { join } from "node:path";

/** The folder of the project, where commands of tests run. */
export const repository = join(import.meta.dirname, "..", "..");
