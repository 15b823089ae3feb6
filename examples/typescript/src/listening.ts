import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

import { AttachmentChangedDocument, type AttachmentChangedSubscription } from "../generated/graphql.js";
import type { Client } from "./client.js";

export type Change = AttachmentChangedSubscription["attachmentChanged"];

/** The changes of one attachment, beginning with its state now, over graphql-transport-ws with the client's session. */
export async function* changesOf(client: Client, attachmentId: string): AsyncGenerator<Change> {
  const sockets = createClient({
    url: client.url.replace(/^http/, "ws"),
    webSocketImpl: withCookie(client.cookie),
    retryAttempts: 0,
  });
  const events = sockets.iterate<AttachmentChangedSubscription>({
    ...client.named(AttachmentChangedDocument),
    variables: { attachmentId },
  });
  try {
    for await (const event of events) {
      if (!event.data) throw new Error(`The subscription failed: ${JSON.stringify(event.errors)}`);
      yield event.data.attachmentChanged;
    }
  } finally {
    await sockets.dispose();
  }
}

/** A browser sends its cookies by itself; outside of one they are a header. */
function withCookie(cookie: string): unknown {
  return class extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers: { Cookie: cookie } });
    }
  };
}
