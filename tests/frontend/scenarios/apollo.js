import { APPROVE, COUNT, INBOX, LOGIN, RUNS } from "./page.js";
import { gql } from "@apollo/client";
import { filter, firstValueFrom } from "rxjs";
import { apollo, earlier, more } from "../src/apollo.js";
import { numbers, run } from "./scenario.js";

const client = apollo();
const inbox = gql(INBOX);

async function walked(variables, further, turn) {
  const list = client.watchQuery({ query: inbox, variables, fetchPolicy: "network-only" });
  const showing = list.subscribe(() => {});
  await firstValueFrom(list.pipe(filter(({ loading }) => !loading)));
  const shown = () => list.getCurrentResult().data.myApprovals;
  while (shown().pageInfo[further]) {
    const { length } = shown().edges;
    await turn(list, shown());
    await firstValueFrom(list.pipe(filter(({ data }) => data.myApprovals.edges.length > length)));
  }
  const answer = shown();
  showing.unsubscribe();
  await client.clearStore();
  return answer;
}

await run({
  signIn: async (variables) => (await client.mutate({ mutation: gql(LOGIN), variables })).data.login,
  forward: () => walked({ first: 1 }, "hasNextPage", more),
  back: () => walked({ last: 1 }, "hasPreviousPage", earlier),
  runs: async () => {
    await client.query({ query: gql(RUNS) });
    return client.readQuery({ query: gql(RUNS) });
  },
  approve: async (variables) => (await client.mutate({ mutation: gql(APPROVE), variables })).data.approveStep,
  status: (id) =>
    client.readFragment({ id: `ApprovalStep:${id}`, fragment: gql`fragment S on ApprovalStep { status }` }).status,
  count: () =>
    numbers((next, fail) => {
      const listening = client.subscribe({ query: gql(COUNT) }).subscribe({
        next: ({ data, error }) => (error ? fail(error) : next(data.myApprovalsCount)),
        error: fail,
      });
      return () => listening.unsubscribe();
    }),
});
