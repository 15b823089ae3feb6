// A pane that lists the examples: tabs are kept by the browser, so this is the way back to one that was edited or closed.
import { useEditorContext } from "@graphiql/react";

export function tabOf({ query, variables }) {
  return { query, variables: variables === null ? "" : JSON.stringify(variables, null, 2) };
}

export function examplesPlugin(examples) {
  return { title: "Examples", icon: Icon, content: () => <Examples examples={examples} /> };
}

function Examples({ examples }) {
  const { addTab, queryEditor, variableEditor } = useEditorContext({ nonNull: true });
  const open = (example) => {
    const tab = tabOf(example);
    addTab();
    queryEditor.setValue(tab.query);
    variableEditor.setValue(tab.variables);
  };
  return (
    <section aria-label="Examples" className="examples">
      <h2>Examples</h2>
      <p>Each opens in a tab of its own.</p>
      <ol>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 6h2M4 12h2M4 18h2M10 6h10M10 12h10M10 18h10" strokeLinecap="round" />
    </svg>
  );
}
