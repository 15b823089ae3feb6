import {
  ApproveStepDocument,
  AttachWorkflowDocument,
  AttachmentDetailDocument,
  CreateWorkflowDocument,
  MyApprovalsDocument,
  StartWorkflowDocument,
  ViewerDocument,
  WorkflowDetailDocument,
  type AttachmentStateFragment,
  type StepOutcome,
} from "../generated/graphql.js";
import { expect, present } from "./checking.js";
import type { Client } from "./client.js";

/** A template of two stages: anyone of the reviewers of the seeded template, then its signer. */
export async function createTemplate(company: Client, seeded: string): Promise<string> {
  const { viewer } = await company.run(ViewerDocument, {});
  const { workflow: example } = await company.run(WorkflowDetailDocument, { id: seeded });
  const approvals = present("the seeded template", example).pipelines.flatMap((pipeline) =>
    pipeline.stages.flatMap((stage) => stage.approvals),
  );
  const role = present("a role", approvals.find((approval) => approval.userRole)?.userRole);
  const signer = present("a signer", approvals.find((approval) => approval.approvalUser)?.approvalUser);
  const { createWorkflow } = await company.run(CreateWorkflowDocument, {
    input: {
      nameEn: "Purchases (TypeScript)",
      companyId: present("the viewer", viewer).user.id,
      pipelines: [
        {
          nameEn: "Finance",
          stages: [
            {
              nameEn: "Review",
              approvals: [{ approvalType: "ROLE", userRole: role.id, roleSelectionStrategy: "ANYONE" }],
            },
            { nameEn: "Sign-off", approvals: [{ approvalType: "USER", approvalUser: signer.id }] },
          ],
        },
      ],
    },
  });
  expect("createWorkflow.errors", createWorkflow.errors, []);
  const workflow = present("the template", createWorkflow.workflow);
  expect("the template", [workflow.status, workflow.totalApprovalsCount], ["ACTIVE", 2]);
  return workflow.id;
}

/** The purchase request with the template attached, not started yet. */
export async function attach(requester: Client, workflowId: string, id: string): Promise<AttachmentStateFragment> {
  const { attachWorkflow } = await requester.run(AttachWorkflowDocument, {
    input: { workflowId, target: { model: "demo.PurchaseRequest", id }, autoStart: false },
  });
  expect("attachWorkflow.errors", attachWorkflow.errors, []);
  const attachment = present("the attachment", attachWorkflow.attachment);
  expect("the run", [attachment.status, attachment.progress.percentage], ["NOT_STARTED", 0]);
  return attachment;
}

/** The run, started. */
export async function start(requester: Client, attachmentId: string): Promise<AttachmentStateFragment> {
  const { startWorkflow } = await requester.run(StartWorkflowDocument, { input: { attachmentId } });
  expect("startWorkflow.errors", startWorkflow.errors, []);
  return present("the attachment", startWorkflow.attachment);
}

/** The run after the step in the person's inbox was approved. */
export async function approve(
  person: Client,
  attachmentId: string,
  outcome: StepOutcome,
): Promise<AttachmentStateFragment> {
  const { myApprovals } = await person.run(MyApprovalsDocument, { first: 100 });
  const steps = myApprovals.edges.map((edge) => edge.node).filter((step) => step.attachment.id === attachmentId);
  expect(`steps of the run in the inbox of ${person.username}`, steps.length, 1);
  const { approveStep } = await person.run(ApproveStepDocument, {
    input: { stepId: present("the step", steps[0]).id, comment: `${person.username} agrees` },
  });
  expect("approveStep.errors", approveStep.errors, []);
  expect("the outcome", approveStep.outcome, outcome);
  return present("the attachment", approveStep.attachment);
}

/** The kinds of the events in the audit trail, seats that others' decisions closed left out. */
export async function history(requester: Client, attachmentId: string): Promise<string[]> {
  const { attachment } = await requester.run(AttachmentDetailDocument, { id: attachmentId });
  const events = present("the attachment", attachment).events;
  return events.map((event) => event.kind).filter((kind) => kind !== "SEAT_CLOSED");
}
