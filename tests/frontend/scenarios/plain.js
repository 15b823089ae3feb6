/** The verbs of a client that has no cache, made of its `iterate`. */
import { numbers } from "./scenario.js";

/** The data of an operation that has one answer. */
export async function one(client, query, variables) {
  for await (const { data, errors } of client.iterate({ query, variables })) {
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
  throw new Error("there was no answer");
}

export function plain(client, write, { APPROVE, COUNT, INBOX, LOGIN }) {
  async function walked(size, cursor, further, name) {
    const pages = [];
    let turn = {};
    do {
      const { myApprovals } = await one(client, INBOX, { ...size, ...turn });
      pages.push(myApprovals);
      turn = { [name]: myApprovals.pageInfo[cursor] };
    } while (pages.at(-1).pageInfo[further]);
    return pages.map(({ edges }) => edges);
  }

  return {
    signIn: async (variables) => (await write(LOGIN, variables)).login,
    forward: async () => ({ edges: (await walked({ first: 1 }, "endCursor", "hasNextPage", "after")).flat() }),
    back: async () => ({
      edges: (await walked({ last: 1 }, "startCursor", "hasPreviousPage", "before")).reverse().flat(),
    }),
    approve: async (variables) => (await write(APPROVE, variables)).approveStep,
    count: () =>
      numbers((next, fail) =>
        client.subscribe(
          { query: COUNT },
          {
            next: ({ data, errors }) => (errors ? fail(new Error(JSON.stringify(errors))) : next(data.myApprovalsCount)),
            error: fail,
            complete: () => {},
          },
        ),
      ),
  };
}
