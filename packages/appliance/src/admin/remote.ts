/**
 * The console as API clients of the exchange may read it, when the administrator has allowed it. An application of
 * its own with the reading endpoints only: what is not mounted here cannot be reached, whatever is asked.
 */
import {
  type Answer,
  type ConfigState,
  type ConsoleAnswer,
  type ConsoleRead,
  Fault,
  fail,
  getConfig,
  mailStatus,
} from '@sightline/api';
import { httpApp, mounter } from '@sightline/api/http';
import type { Logger } from 'pino';
import { type TrackingParts, tracking } from './tracking.ts';

export interface RemoteParts {
  /** Whether the live configuration allows it. */
  allowed(): boolean;
  device(): string;
  /** As a user without a candidate sees it: secrets are hidden. */
  config(): ConfigState;
  status(): Promise<Answer<typeof mailStatus>>;
  track: TrackingParts;
  log: Logger;
}

/** Answers as the console would, to somebody who may read everything. @throws remote_api_off */
export function remoteConsole(parts: RemoteParts) {
  const app = httpApp((error, trace) => parts.log.error({ err: error, trace }, 'request failed'));
  const on = mounter(app, () => undefined);
  on(getConfig, () => parts.config());
  on(mailStatus, () => parts.status());
  tracking(on, parts.track);
  return async (read: ConsoleRead, { signal }: { signal: AbortSignal }): Promise<ConsoleAnswer> => {
    if (!parts.allowed()) throw fail('remote_api_off', { device: parts.device() });
    const url = new URL(read.path, 'http://console.invalid');
    if (url.host !== 'console.invalid') throw new Fault('bad_request', { reason: 'a path is expected' });
    const answer = await app.request(new Request(url, requestOf(read, signal)));
    parts.log.info({ method: read.method, path: url.pathname, status: answer.status }, 'console was read');
    return written(answer);
  };
}

function requestOf({ method, body }: ConsoleRead, signal: AbortSignal): RequestInit {
  if (method === 'GET') return { method, signal };
  return {
    method,
    signal,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  };
}

async function written(answer: Response): Promise<ConsoleAnswer> {
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  const body: unknown = type.startsWith('application/json') ? JSON.parse(text) : text;
  return { status: answer.status, headers: { 'content-type': type }, body };
}
