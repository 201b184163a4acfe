import { Client, WorkflowIdConflictPolicy, type WorkflowHandle } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type {
  EvidenceIntakeActivities,
  GuardActivities,
  IntakeActivities,
  NotifyActivities,
  PlanningActivities,
  RecordActivities,
  TriageActivities,
  WitnessActivities,
} from '../../contracts/central-activities.ts';
import type { Actor } from '../../contracts/decision.ts';
import { centralTaskQueue, incidentWorkflowId, siteTaskQueue } from '../../contracts/ids.ts';
import { driftObserved, story as storyQuery } from '../../contracts/incident-messages.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { Story } from '../../contracts/story.ts';
import type { incident } from '../../workflows/incident/workflow.ts';
import { fakeCheck, type FakePractice } from './fake-practice.ts';

type Central = TriageActivities &
  GuardActivities &
  PlanningActivities &
  RecordActivities &
  NotifyActivities &
  IntakeActivities &
  EvidenceIntakeActivities &
  WitnessActivities;

/** Said instead of process and machine name, because histories of these runs are kept in the repository. */
const identity = 'harness';

/** The workflow bundle of a file under `root`; made once a test file. */
export async function bundle(workflowsPath = 'workflows/index.ts'): Promise<WorkflowBundleWithSourceMap> {
  const file = path.resolve(workflowsPath);
  return bundleWorkflowCode({
    workflowsPath: file,
    // As the worker has it: modules are loaded once and frozen.
    preloadModules: [file],
    logger: new DefaultLogger('ERROR'),
  });
}

/** Keeps the SDK's own log out of the tests' output, its native part included. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'off' } },
  });
}

/** Real Temporal, the real workflows, and practices whose activities are typed fakes. */
export class Harness {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly #practices = new Map<string, FakePractice>();
  readonly #workers: { worker: Worker; running: Promise<void> }[] = [];

  private constructor(connection: NativeConnection, client: Client) {
    this.connection = connection;
    this.client = client;
  }

  static async start(): Promise<Harness> {
    const address = process.env['MALACHOR_TEST_TEMPORAL'];
    const namespace = process.env['MALACHOR_TEST_TEMPORAL_NAMESPACE'] ?? 'malachor';
    if (address === undefined) throw new Error('test/setup/start-parts.ts has not started Temporal');
    quietRuntime();
    const connection = await NativeConnection.connect({ address });
    const client = new Client({ connection, namespace, identity });
    const harness = new Harness(connection, client);
    await harness.#startWorker(centralTaskQueue, harness.#central(), await bundle());
    return harness;
  }

  /** Lets `practice` have an appliance, which polls its queue. */
  async join(practice: FakePractice): Promise<FakePractice> {
    this.#practices.set(practice.site, practice);
    await this.#startWorker(siteTaskQueue(practice.site), practice.siteActivities());
    return practice;
  }

  /** Lets central know `practice`, without an appliance. */
  know(practice: FakePractice): FakePractice {
    this.#practices.set(practice.site, practice);
    return practice;
  }

  async report(
    practice: FakePractice,
    observation: Observation = practice.observe(),
  ): Promise<IncidentHandle> {
    const key = { site: practice.site, host: 'srv-1', check: fakeCheck };
    await this.client.workflow.signalWithStart<typeof incident, [Observation]>('incident', {
      workflowId: incidentWorkflowId(key),
      taskQueue: centralTaskQueue,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      args: [{ key }],
      signal: driftObserved,
      signalArgs: [observation],
    });
    return new IncidentHandle(this.client.workflow.getHandle(incidentWorkflowId(key)));
  }

  async stop(): Promise<void> {
    for (const { worker } of this.#workers) worker.shutdown();
    await Promise.all(this.#workers.map(({ running }) => running));
    await this.connection.close();
  }

  async #startWorker(
    taskQueue: string,
    activities: object,
    workflowBundle?: WorkflowBundleWithSourceMap,
  ): Promise<void> {
    const worker = await Worker.create({
      connection: this.connection,
      namespace: this.client.options.namespace,
      taskQueue,
      identity,
      activities,
      ...(workflowBundle ? { workflowBundle } : {}),
      shutdownGraceTime: '1s',
    });
    this.#workers.push({ worker, running: worker.run() });
  }

  #of(site: string): FakePractice {
    const practice = this.#practices.get(site);
    if (!practice) throw new Error(`no practice ${site}`);
    return practice;
  }

  #central(): Central {
    return {
      matchRule: async ({ observation }) => this.#of(observation.site).triage(observation),
      passGuard: async (input) => this.#of(input.key.site).passGuard(input),
      settleRun: async (input) => this.#of(input.site).central().settleRun(input),
      signRollback: async (input) => this.#of(input.key.site).central().signRollback(input),
      checkProposal: async (input) => this.#of(input.key.site).central().checkProposal(input),
      planRemediation: async (input) => this.#of(input.observation.site).central().planRemediation(input),
      projectIncident: async (input) => this.#of(input.story.site).central().projectIncident(input),
      recordIncident: async (input) => this.#of(input.story.site).central().recordIncident(input),
      readSiteSettings: async (input) => this.#of(input.site).central().readSiteSettings(input),
      reportObservations: async (input) => {
        const [first] = input.observations;
        if (!first) throw new Error('a fake practice always reports something');
        return this.#of(first.site).central().reportObservations(input);
      },
      takeEvidence: async ({ site, records }) => ({ settled: records.map(this.#of(site).takes) }),
      prepareWitnessRequest: async () => ({ kind: 'nothing' }),
      settleWitnessAnswer: async () => {
        throw new Error('a fake practice has no ledger to cosign');
      },
      deliver: async ({ notification }) => {
        this.#of(notification.site).notifications.push(notification);
        return { channel: 'fake', status: 'delivered' };
      },
    };
  }
}

/** An incident as tests look at it. */
export class IncidentHandle {
  readonly workflow: WorkflowHandle;

  constructor(workflow: WorkflowHandle) {
    this.workflow = workflow;
  }

  async story(): Promise<Story> {
    return this.workflow.query(storyQuery);
  }

  /** The story once `holds` is true of it; fails with the story's own words after `timeoutMs`. */
  async until(holds: (story: Story) => boolean, timeoutMs = 20_000): Promise<Story> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const story = await this.story();
      if (holds(story)) return story;
      if (Date.now() > deadline) {
        throw new Error(`never came to it: ${story.state}\n${JSON.stringify(story.events, null, 1)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/**
 * Holds for a story in `state` whose `entries`-th bundle is in the ledger: a state is entered before what led to it is
 * recorded.
 */
export function recorded(state: Story['state'], entries: number): (story: Story) => boolean {
  return (story) => story.state === state && story.ledgerEntries.length === entries;
}

/** A person who may decide; each name has a credential of its own. */
export function person(name: string, role: Actor['role'] = 'operator'): Actor {
  const credential = Buffer.from(name.padEnd(8, '-')).toString('hex').slice(0, 16);
  return { name, role, method: 'bearer-token', credential };
}

/** A fresh decision id. */
export const decisionId = () => randomUUID();
