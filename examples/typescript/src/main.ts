/** A purchase request from its template to its completion: `node build/src/main.js URL SEED.json [--trusted]`. */
import { readFileSync } from "node:fs";

import type { AttachmentStateFragment } from "../generated/graphql.js";
import { expect, present } from "./checking.js";
import { Client } from "./client.js";
import { changesOf, type Change } from "./listening.js";
import { approve, attach, createTemplate, history, start } from "./purchase.js";

/** What `manage.py seed_demo --json` prints. */
interface Seed {
  users: { username: string; password: string; groups: string[] }[];
  template: string;
  purchase_requests: string[];
}

const [url = "", seedFile = "", flag] = process.argv.slice(2);
const seed = JSON.parse(readFileSync(seedFile, "utf-8")) as Seed;

async function login(username: string): Promise<Client> {
  const { password } = present(username, seed.users.find((user) => user.username === username));
  return Client.login(url, flag === "--trusted" ? "id" : "text", username, password);
}

function show(attachment: AttachmentStateFragment, stage: string, percentage: number): void {
  const { progress } = attachment;
  const place = [progress.status, progress.currentStage, progress.percentage];
  expect("where the run stands", place, ["IN_PROGRESS", stage, percentage]);
  const waiting = attachment.currentSteps.map((step) => step.assignedTo?.username).join(", ");
  console.log(`  ${progress.status}  ${stage}  ${percentage} %  waits for ${waiting}`);
}

const members = seed.users.filter((user) => user.groups.includes("Finance reviewers"));
const requester = await login("erin");
const reviewer = await login(present("a reviewer", members[0]).username);
const signer = await login("carla");

const template = await createTemplate(await login("acme"), seed.template);
const attachment = await attach(requester, template, present("a purchase request", seed.purchase_requests[0]));
console.log(`${attachment.target.display} takes ${attachment.workflow.nameEn}`);

const changes = changesOf(requester, attachment.id);
const first = await changes.next();
if (first.done) throw new Error("The subscription ended before it began.");
expect("the first state that the subscription tells", first.value.status, "NOT_STARTED");

show(await start(requester, attachment.id), "Review", 0);
show(await approve(reviewer, attachment.id, "STAGE_ADVANCED"), "Sign-off", 50);
const completed = await approve(signer, attachment.id, "WORKFLOW_COMPLETED");
expect("the end", [completed.status, completed.progress.percentage], ["COMPLETED", 100]);

const kinds = ["ATTACHED", "STARTED", "APPROVED", "STAGE_MOVED", "APPROVED", "COMPLETED"];
expect("the audit trail", await history(requester, attachment.id), kinds);
console.log(`  ${completed.status}  ${kinds.join(" → ")}`);

let told: Change = first.value;
while (told.status !== "COMPLETED") {
  const next = await changes.next();
  if (next.done) throw new Error("The subscription ended before the run.");
  told = next.value;
  console.log(`  told over the websocket: ${told.status} ${told.progress.percentage} %`);
}
await changes.return(undefined);
