/** The platform's addresses for events and feedback (`iroh-event`, `iroh-feedback`): the store's own, by other scopes. */
import { ENTITIES, Event, Feedback } from '@sightline/ctim';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { byId, number, one, Waiting, WINDOW } from './intel.ts';

const reads = { tag: 'iroh-event', permission: 'event:read' } as const;
const page = { offset: number(1_000_000).default(0), limit: number(WINDOW).default(100) };

export const readPlatformEvent = endpoint({
  method: 'GET',
  path: '/iroh/iroh-event/event/:id',
  summary: 'One event of the intel store',
  ...reads,
  params: byId,
  answer: Event,
});

export const searchPlatformEvents = endpoint({
  method: 'POST',
  path: '/iroh/iroh-event/event/search',
  summary: 'Events of the intel store that a query finds, newest first; the headers say how to go on',
  ...reads,
  body: z.object({
    /** Lucene's syntax: `event_type:record-deleted`. */
    query: z.string().max(8192).optional(),
    /** Times, or `now-7d`. */
    from: one,
    to: one,
    ...page,
  }),
  answer: z.array(Event),
});

export const incidentEvents = endpoint({
  method: 'GET',
  path: '/iroh/iroh-event/event/incident/:id',
  summary: 'What happened to an incident, newest first',
  ...reads,
  params: byId,
  query: z.object(page),
  answer: z.array(Event),
});

const feedback = { tag: 'iroh-feedback', path: '/iroh/iroh-feedback/feedback' } as const;

export const listPlatformFeedback = endpoint({
  method: 'GET',
  ...feedback,
  summary: 'What was said of an entity, newest first',
  permission: 'feedback:read',
  query: z.object({ entity_id: z.string().min(1).max(2200), ...page }),
  answer: z.array(Feedback),
});

export const addPlatformFeedback = endpoint({
  method: 'POST',
  ...feedback,
  summary: 'Say whether an entity is right: 1, 0 or -1, with the reason',
  permission: 'feedback:write',
  query: Waiting,
  body: ENTITIES.feedback.fresh,
  answer: Feedback,
});
