// The page: GraphiQL over this very address, beginning with the examples that the server sent along.
import { setNonce } from "get-nonce";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";

import { examplesPlugin, tabOf } from "./examples.jsx";
import "./page.css";

// The dialogs' library writes a style element of its own; the page's policy lets in what bears its nonce.
setNonce(document.querySelector("link[rel=stylesheet]").nonce);

const examples = JSON.parse(document.getElementById("examples").textContent);
const tabs = examples.map(tabOf);

// At the first visit GraphiQL would show the first tab without its variables: it takes those from its storage alone.
if (tabs.length && localStorage.getItem("graphiql:tabState") === null) {
  localStorage.setItem("graphiql:query", tabs[0].query);
  localStorage.setItem("graphiql:variables", tabs[0].variables);
}

const address = new URL(location.pathname, location.href);
const socketAddress = new URL(address);
socketAddress.protocol = address.protocol === "https:" ? "wss:" : "ws:";

const fetcher = createGraphiQLFetcher({
  url: address.href,
  enableIncrementalDelivery: false,
  // Opened with each subscription and closed with the last: it belongs to whoever is signed in then.
  wsClient: createClient({ url: socketAddress.href, lazy: true, retryAttempts: 1 }),
});

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={tabs.length ? tabs : undefined}
    plugins={[examplesPlugin(examples)]}
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
  </GraphiQL>,
);
