/** Clients that send hashes first, by POST and by GET: told that there is no such thing, they send documents. */
import { LOGIN, send, url } from "./page.js";
import { deepStrictEqual as equal } from "node:assert";
import { createHash } from "node:crypto";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

const VIEWER = "query Viewer { viewer { user { username } } }";
const COUNT = "query Users { users(first: 1) { totalCount } }";
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const credentials = "include";
const ask = globalThis.fetch;
let hashes = 0;
let documents = 0;

globalThis.fetch = (address, options) => {
  const sent = options.body ?? decodeURIComponent(address).replaceAll("+", " ");
  hashes += sent.includes("sha256Hash") ? 1 : 0;
  documents += sent.includes("query Viewer") || sent.includes("query Users") ? 1 : 0;
  return ask(address, options);
};

function apollo(useGETForHashedQueries) {
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(new HttpLink({ uri: url, credentials }));
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return async (query) => (await client.query({ query: gql(query) })).data;
}

function urql(preferGetForPersistedQueries) {
  const exchanges = [persistedExchange({ preferGetForPersistedQueries }), fetchExchange];
  const client = new Client({ url, preferGetMethod: false, fetchOptions: { credentials }, exchanges });
  return async (query) => (await client.query(query, {}).toPromise()).data;
}

await send(LOGIN, { username: "carla", password: "carla-demo-1" });
for (const made of [() => apollo(false), () => apollo(true), () => urql(false), () => urql("force")]) {
  const query = made();
  [hashes, documents] = [0, 0];
  equal((await query(VIEWER)).viewer.user.username, "carla");
  equal((await query(COUNT)).users.totalCount > 0, true);
  equal([hashes, documents], [1, 2]);
}
console.log("ok");
process.exit(0);
