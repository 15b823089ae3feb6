import { APPROVE, COUNT, INBOX, LOGIN, send } from "./page.js";
import { sockets } from "../src/listening.js";
import { plain } from "./plain.js";
import { run } from "./scenario.js";

const client = sockets();
const overHttp = async (query, variables) => (await send(query, variables)).data; // the API takes no mutation over a websocket

await run(plain(client, overHttp, { APPROVE, COUNT, INBOX, LOGIN }));
