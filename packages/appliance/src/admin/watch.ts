/** What health checks and Prometheus see of the two processes. */
import type { Registry } from 'prom-client';
import type { Mta } from '../mta/contract.ts';
import type { Track } from '../track/track.ts';

export const checks = (mta: Pick<Mta, 'mail'>, track: Track, users: () => unknown) => ({
  console: async () => users(),
  mail: async () => {
    const { listening, problem } = await mta.mail.status();
    if (!listening) throw new Error(problem || 'the listener is closed');
  },
  tracking: () => track.lookup({ range: { from: 0, to: 0 }, keys: [{ key: 'mid', value: '1' }], limit: 0 }),
});

/** The figures of this process and those of the mail process, as one text. */
export const figuresOf = (
  own: Registry,
  mta: Pick<Mta, 'mail'>,
): Pick<Registry, 'contentType' | 'metrics'> => ({
  contentType: own.contentType,
  metrics: async () => (await own.metrics()) + (await mta.mail.metrics().catch(() => '')),
});
