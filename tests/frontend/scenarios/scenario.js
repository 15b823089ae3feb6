/** What every client does: sign in, page through the inbox by ones, keep objects apart, decide and listen. */
import { deepStrictEqual as equal, ok } from "node:assert";
import { INBOX, RUNS, send } from "./page.js";

const SECONDS = 60;

/** The promise's value; fails by the name of what was waited for. */
export function within(what, promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} did not come within ${SECONDS} seconds`)), SECONDS * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The numbers of a subscription, to be taken one after the other, and how to end it. */
export function numbers(subscribe) {
  const come = [];
  const waiting = [];
  const end = subscribe(
    (number) => (waiting.length > 0 ? waiting.shift().take(number) : come.push(Promise.resolve(number))),
    (error) => (waiting.length > 0 ? waiting.shift().fail(error) : come.push(Promise.reject(error))),
  );
  const next = () => come.shift() ?? new Promise((take, fail) => waiting.push({ take, fail }));
  return { next: (what) => within(what, next()), end };
}

const ids = (connection) => connection.edges.map(({ node }) => node.id);

/** Run all of it with one client; `client` has the verbs in its own ways. */
export async function run(client) {
  const name = process.env.SIGN_IN;
  const login = await within("login", client.signIn({ username: name, password: `${name}-demo-1` }));
  equal(login.errors, []);
  ok(login.viewer.user.displayName);

  const { data } = await send(INBOX, { first: 100 });
  const waiting = ids(data.myApprovals);
  ok(waiting.length >= 3, "there are steps to page through");
  equal(ids(await within("the pages", client.forward())), waiting);
  equal(ids(await within("the pages from behind", client.back())), waiting);

  if (client.runs) {
    const { data: uncached } = await send(RUNS);
    const targets = uncached.attachments.edges.map(({ node }) => node.target);
    ok(new Set(targets.map(({ key }) => key)).size < targets.length, "two objects have one key");
    equal(withoutTypes(await within("the runs", client.runs())), uncached);
  }

  const counts = client.count();
  equal(await counts.next("the count now"), waiting.length);
  const { outcome, errors } = await within("the decision", client.approve({ input: { stepId: waiting[0] } }));
  equal([outcome, errors], ["WORKFLOW_COMPLETED", []]);
  equal(await counts.next("the count after the decision"), waiting.length - 1);
  counts.end();
  if (client.status) equal(await client.status(waiting[0]), "APPROVED");
  console.log("ok");
  process.exit(0);
}

/** What a cache gave, without the names of types that it asked for itself. */
function withoutTypes(value) {
  if (Array.isArray(value)) return value.map(withoutTypes);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([name]) => name !== "__typename");
  return Object.fromEntries(entries.map(([name, part]) => [name, withoutTypes(part)]));
}
