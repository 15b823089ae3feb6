import { APPROVE, COUNT, INBOX, LOGIN, RUNS } from "./page.js";
import { urql, urqlOverStreams } from "../src/urql.js";
import { numbers, run } from "./scenario.js";

const made = process.env.OVER === "streams" ? urqlOverStreams : urql;
const client = made();

/** The data of one operation; throws what the client says is wrong. */
async function answered(operation) {
  const { data, error } = await operation.toPromise();
  if (error) throw error;
  return data;
}

/** All pages; with a cache of its own, as Graphcache joins pages of one direction. */
async function walked(size, cursor, further, name) {
  const client = made();
  let shown;
  let turn = {};
  do {
    shown = (await answered(client.query(INBOX, { ...size, ...turn }, { requestPolicy: "network-only" }))).myApprovals;
    turn = { [name]: shown.pageInfo[cursor] };
  } while (shown.pageInfo[further]);
  return shown;
}

await run({
  signIn: async (variables) => (await answered(client.mutation(LOGIN, variables))).login,
  forward: () => walked({ first: 1 }, "endCursor", "hasNextPage", "after"),
  back: () => walked({ last: 1 }, "startCursor", "hasPreviousPage", "before"),
  runs: async () => {
    await answered(client.query(RUNS, {}));
    return answered(client.query(RUNS, {}, { requestPolicy: "cache-only" }));
  },
  approve: async (variables) => (await answered(client.mutation(APPROVE, variables))).approveStep,
  count: () =>
    numbers((next, fail) => {
      const listening = client
        .subscription(COUNT, {})
        .subscribe(({ data, error }) => (error ? fail(error) : data && next(data.myApprovalsCount)));
      return () => listening.unsubscribe();
    }),
});
