import { ParentClosePolicy, startChild, uuid4 } from '@temporalio/workflow';
import { notificationWorkflowId } from '../../contracts/ids.ts';
import type { Notification } from '../../contracts/central-activities.ts';
import type { notification as notificationWorkflow } from '../notification/workflow.ts';
import { tell, type IncidentMemory } from './memory.ts';

/**
 * Starts the delivery of a notification and returns once it is certain to be tried. What comes of it is told in the
 * story if the incident is still open then; the delivery log has it in any case.
 */
export async function notify(
  memory: IncidentMemory,
  kind: Notification['kind'],
  summary: string,
  nextStep = 'Open the incident and decide.',
): Promise<void> {
  const { story } = memory;
  const id = uuid4();
  const notification: Notification = {
    id,
    kind,
    site: story.site,
    incident: story.id,
    host: story.host,
    check: story.check,
    severity: story.severity,
    title: story.title,
    summary,
    nextStep,
    at: new Date().toISOString(),
  };
  const child = await startChild<typeof notificationWorkflow>('notification', {
    workflowId: notificationWorkflowId(story.site, id),
    parentClosePolicy: ParentClosePolicy.ABANDON,
    args: [{ notification }],
  });
  void child.result().then(
    ({ channel, status }) => {
      const how = status === 'delivered' ? `delivered to ${channel}` : 'only logged: the site has no channel';
      tell(memory, new Date().toISOString(), 'notified', `${kind} ${how}`);
    },
    () => {
      const next = 'Check the site’s channel, and tell the person in charge by other means.';
      tell(memory, new Date().toISOString(), 'notified', `${kind} could not be delivered`, next);
    },
  );
}
