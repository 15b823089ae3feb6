import "./page.js";
import { commitMutation, createOperationDescriptor, fetchQuery, getRequest, requestSubscription } from "relay-runtime";
import { approve, count, inbox, login, runs } from "../src/inbox.js";
import { relay } from "../src/relay.js";
import { numbers, run } from "./scenario.js";

const environment = relay();

function committed(mutation, variables) {
  return new Promise((onCompleted, onError) => {
    commitMutation(environment, { mutation, variables, onCompleted, onError });
  });
}

/** A connection that is shown, and so kept, while it is paged through. */
async function walked(size, cursor, further, name) {
  const shown = createOperationDescriptor(getRequest(inbox), size);
  const kept = environment.retain(shown);
  let list = (await fetchQuery(environment, inbox, size).toPromise()).myApprovals;
  while (list.pageInfo[further]) {
    await fetchQuery(environment, inbox, { ...size, [name]: list.pageInfo[cursor] }).toPromise();
    list = environment.lookup(shown.fragment).data.myApprovals;
  }
  kept.dispose();
  return list;
}

await run({
  signIn: async (variables) => (await committed(login, variables)).login,
  forward: () => walked({ first: 1 }, "endCursor", "hasNextPage", "after"),
  back: () => walked({ last: 1 }, "startCursor", "hasPreviousPage", "before"),
  runs: async () => {
    const operation = createOperationDescriptor(getRequest(runs), {});
    environment.retain(operation);
    await fetchQuery(environment, runs, {}).toPromise();
    return environment.lookup(operation.fragment).data;
  },
  approve: async (variables) => (await committed(approve, variables)).approveStep,
  status: (id) => environment.getStore().getSource().get(id).status,
  count: () =>
    numbers((next, fail) => {
      const options = { subscription: count, variables: {}, onError: fail };
      const listening = requestSubscription(environment, { ...options, onNext: (data) => next(data.myApprovalsCount) });
      return () => listening.dispose();
    }),
});
