/** One message of a module's appliance: every step of its processing, and what it looks like while it is held. */
import {
  type AnswerOf,
  fail,
  messageContent,
  messageDetails,
  messageHtml,
  type QuestionInput,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { framed, frameResponse, isSanitised } from '@sightline/api/web/frame';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { getInstance } from './store.ts';

/** Milliseconds for the appliance's answer. */
const DEADLINE_MS = 10_000;
/** To read a message for people takes the appliance longer. */
const CONTENT_MS = 20_000;

type MessageDeps = Pick<Deps, 'db' | 'ask' | 'audit'>;

export function messageRoutes(on: Mount<Caller>, deps: MessageDeps): void {
  on(messageDetails, async ({ caller, params, c }) => {
    const { device } = await appliance(deps, caller, params.id);
    const question = { verb: 'details', body: { mid: params.mid } } as const;
    const details = await deps.ask(caller.orgId, device, question, {
      deadlineMs: DEADLINE_MS,
      signal: c.req.raw.signal,
    });
    if (!details) throw fail('not_found', { what: 'message with this MID' });
    return details;
  });
  on(messageContent, async ({ caller, params, c }) => {
    const { html, ...shown } = await content(deps, caller, params, c.req.raw.signal);
    return { ...shown, html: html !== null };
  });
  on(messageHtml, async ({ caller, params, c }) => {
    const { html } = await content(deps, caller, params, c.req.raw.signal);
    // The appliance wrote it from an allow-list; that it did is looked at once more.
    const safe = html !== null && isSanitised(html);
    return frameResponse(framed(safe ? html : '<p>This message has no part in HTML that can be shown.</p>'));
  });
}

/** The appliance behind a module of the caller's organisation. */
async function appliance(
  { db }: MessageDeps,
  { orgId }: Caller,
  id: string,
): Promise<{ name: string; device: string }> {
  const { name, settings } = await getInstance(db, orgId, id);
  if (typeof settings.device !== 'string')
    throw fail('not_found', { what: 'message tracking in this module' });
  return { name, device: settings.device };
}

/** What a person reads of others' mail is written down, whatever came of it. */
async function content(
  deps: MessageDeps,
  caller: Caller,
  { id, mid }: { id: string; mid: number },
  signal: AbortSignal,
): Promise<AnswerOf['content']> {
  const { name, device } = await appliance(deps, caller, id);
  const question: QuestionInput = { verb: 'content', body: { mid } };
  const { orgId, name: actor, peer } = caller;
  const line = { orgId, actor, action: 'message.read', object: `MID ${mid} of ${name}`, peer };
  try {
    const found = await deps.ask(orgId, device, question, { deadlineMs: CONTENT_MS, signal });
    await deps.audit({ ...line, text: HELD[found.held] });
    return found;
  } catch (error) {
    await deps.audit({ ...line, text: `Not shown: ${error instanceof Error ? error.message : 'no answer'}` });
    throw error;
  }
}

const HELD: Record<AnswerOf['content']['held'], string> = {
  queue: 'Shown from the queue',
  quarantine: 'Shown from quarantine',
  none: 'Not shown: the appliance does not hold it any more',
};
