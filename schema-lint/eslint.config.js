import graphqlPlugin from "@graphql-eslint/eslint-plugin";

const { rules: recommended } = graphqlPlugin.configs["flat/schema-recommended"];
const { rules: relay } = graphqlPlugin.configs["flat/schema-relay"];

// Answers about something, which are no things of their own: nothing refetches them, so they have no id.
const VALUES = [
  "ApprovalConfiguration",
  "ApprovalSummary",
  "ApprovalsSummary",
  "ApproverParameter",
  "ApproverParameterChoice",
  "CompletionStatus",
  "Condition",
  "ConditionChoice",
  "ConditionField",
  "CustomApprover",
  "Deadline",
  "DecisionTimes",
  "ModelConfiguration",
  "PeriodDecisions",
  "PersonDecisions",
  "PlannedStep",
  "RegisteredAction",
  "StageDecisions",
  "StatisticsOverview",
  "StuckAttachment",
  "TemplateProblem",
  "UserError",
  "Viewer",
  "WorkflowDiagram",
  "WorkflowMatch",
  "WorkflowProgress",
];

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    plugins: { "@graphql-eslint": graphqlPlugin },
    rules: {
      ...recommended,
      ...relay,
      // Relay's own connections, edges and PageInfo have no id, and neither have payloads, counts and statistics.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          acceptedIdNames: ["id"],
          acceptedIdTypes: ["ID"],
          exceptions: {
            types: ["PageInfo", ...VALUES],
            suffixes: ["Connection", "Edge", "Payload", "Count", "Statistics"],
          },
        },
      ],
      // The contract has plain lists where there are few (stages, approvals, errors); Relay allows them. What a
      // connection's edges are is still checked. That a run is stuck is no thing of its own, and so no Node; of all others
      // a test demands it, for the rule knows no exceptions.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false },
      ],
      // The contract has User.username; the rule knows no exceptions.
      "@graphql-eslint/no-typename-prefix": "off",
    },
  },
];
