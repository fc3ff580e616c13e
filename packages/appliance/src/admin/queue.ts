/** The queue's part of the console API. Whoever acts is named by the session, never by the request. */
import { actOnQueue, deliveryStatus, listQueue, suspendMail } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { QueueCommands } from '../queue/commands.ts';

export function queue(on: Mount<{ name: string }>, commands: QueueCommands): void {
  on(listQueue, ({ query }) => commands.list(query));
  on(deliveryStatus, () => commands.status());
  on(actOnQueue, ({ body, caller }) => commands.act({ ...body, actor: caller.name }));
  on(suspendMail, ({ body, caller }) => commands.suspend({ ...body, actor: caller.name }));
}
