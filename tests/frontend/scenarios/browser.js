/** What a browser gives a page: an address, one cookie jar, and a WebSocket that sends its cookies. */
import { WebSocket } from "ws";

const [url, page = url] = process.argv.slice(2);
const cookies = new Map();
const header = () => [...cookies].map((pair) => pair.join("=")).join("; ");
const send = globalThis.fetch;

globalThis.location = new URL(page);

globalThis.fetch = async (address, options = {}) => {
  const headers = new Headers(options.headers);
  if (options.credentials === "include" && cookies.size > 0) headers.set("Cookie", header());
  headers.set("Origin", location.origin);
  const response = await send(address, { ...options, headers });
  for (const line of response.headers.getSetCookie()) {
    const [name, value] = line.split(";")[0].split("=");
    cookies.set(name, value);
  }
  return response;
};

globalThis.WebSocket = class extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { Cookie: header(), Origin: location.origin } });
  }
};

/** Whatever a client complains of is a failure: Graphcache and Apollo tell of wrong cache settings so. */
for (const name of ["warn", "error"]) {
  console[name] = (...words) => {
    throw new Error(`console.${name}: ${words.join(" ")}`);
  };
}
