import { APPROVE, COUNT, INBOX, LOGIN } from "./page.js";
import { streams } from "../src/listening.js";
import { one, plain } from "./plain.js";
import { run } from "./scenario.js";

const client = streams();

await run(plain(client, (query, variables) => one(client, query, variables), { APPROVE, COUNT, INBOX, LOGIN }));
