/** The page's own modules, behind the globals of a browser. */
import "./browser.js";

export * from "../src/api.js";
export * from "../src/documents.js";
