/** Trace and the engines' health over the API (api/gateway/trace.ts). */
import { engineStatus, traceMessage } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Commands } from '../mta/contract.ts';

export function policies<Caller>(on: Mount<Caller>, { trace, engines }: Commands<'policies'>): void {
  on(traceMessage, ({ body }) => trace(body));
  on(engineStatus, async () => ({ engines: await engines() }));
}
