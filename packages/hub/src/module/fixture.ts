/** For tests: a server that replays documented answers, and a kind of module that asks it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Findings, Settings } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { tidy } from '../investigate/tidy.ts';
import { bodyOf, open, patience, type Site, site } from '../outbound/fixture.ts';
import type { Found, Instance, Kind, Limits } from './kind.ts';
import { checkSettings } from './settings.ts';
import type { WebKindDeps } from './web.ts';

export interface Heard {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}
type Replay = (heard: Heard) => unknown;

export interface Source extends Site {
  heard: Heard[];
  /** What it answers from now on: an object with status 200, a number as a status, `[status, body, headers]`. */
  replay(answer: Replay): void;
}

/** A server that notes what it hears. */
export async function source(tls?: { key: string; cert: string }): Promise<Source> {
  const heard: Heard[] = [];
  let answer: Replay = () => 404;
  const made = await site(async (req, res) => {
    const one = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: req.headers,
      body: await bodyOf(req),
    };
    heard.push(one);
    reply(res, answer(one));
  }, tls);
  return {
    ...made,
    heard,
    replay: (next) => {
      answer = next;
    },
  };
}

function reply(res: ServerResponse, answer: unknown): void {
  const [status, body, headers = {}] = (
    Array.isArray(answer) ? answer : typeof answer === 'number' ? [answer, ''] : [200, answer]
  ) as [number, unknown, Record<string, string>?];
  res.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

export const NOW = Date.UTC(2026, 10, 25, 12);

/** A kind with settings that fit its form, asked from here. */
export function module(make: (deps: WebKindDeps) => Kind, settings: Settings) {
  const way = open({ clock: () => NOW });
  const kind = make({ webOf: way.webOf, clock: () => NOW });
  const instance: Instance = {
    id: crypto.randomUUID(),
    orgId: 'org-1',
    name: 'mine',
    settings: checkSettings(kind, settings),
  };
  const limits = (more: Partial<Limits> = {}): Limits => ({ deadlineMs: 5000, signal: patience(), ...more });
  return {
    kind,
    instance,
    limits,
    close: way.close,
    health: () => kind.health(instance, limits({ probe: true })),
    /** What passes the check of every answer: all of it, or `errors` says what not. */
    async observe(
      observables: Observable[],
      more: Partial<Limits> = {},
    ): Promise<{ data: Findings; errors: Found['errors'] }> {
      const found = await kind.observe?.(instance, observables, limits(more));
      return tidy(found ?? { entities: {}, errors: [] }, observables, NOW);
    },
    refer: (observables: Observable[]) => kind.refer?.(instance, observables, limits()),
    respond: (observables: Observable[]) => kind.respond?.(instance, observables, limits()),
    trigger: (action: string, query: Record<string, string>) =>
      kind.trigger?.(instance, action, query, limits(), { id: crypto.randomUUID(), actor: 'ada' }),
  };
}
