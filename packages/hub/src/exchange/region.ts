/** The exchanges of the installation, as this one sees them. */
import type { RegionState } from '@sightline/api';
import type { Region } from './enrol.ts';

/** Milliseconds that another exchange may take to answer. */
const PATIENCE_MS = 3000;

export interface RegionDeps {
  region: string;
  regions: readonly Region[];
  publicUrl: () => string;
  /** The network. */
  fetch: typeof fetch;
}

/** This one first where the configuration does not name it. All are asked at the same time. */
export async function regionStates(deps: RegionDeps): Promise<RegionState[]> {
  const isOwn = (one: Region): boolean => one.name === deps.region;
  const own = { name: deps.region, url: deps.publicUrl() };
  const all = deps.regions.some(isOwn) ? deps.regions : [own, ...deps.regions];
  return Promise.all(all.map((one) => (isOwn(one) ? here(one) : asked(one, deps.fetch))));
}

const here = ({ name, url }: Region): RegionState => ({
  name,
  url,
  own: true,
  reachable: true,
  ms: null,
  problem: '',
});

async function asked({ name, url }: Region, send: typeof fetch): Promise<RegionState> {
  const base = { name, url, own: false };
  const started = performance.now();
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await send(new URL('/healthz', url), { signal, redirect: 'error' });
    const ms = Math.round(performance.now() - started);
    const said = (await answer.json()) as { region?: unknown };
    if (said.region === name) return { ...base, reachable: true, ms, problem: '' };
    return { ...base, reachable: false, ms, problem: 'Something else answers at this address.' };
  } catch (error) {
    return { ...base, reachable: false, ms: null, problem: cause(error) };
  }
}

function cause(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `No answer within ${PATIENCE_MS / 1000} seconds.`;
  if (error instanceof SyntaxError) return 'Something else answers at this address.';
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  if (code === 'ENOTFOUND') return 'Its name is not known to DNS.';
  if (code === 'ECONNREFUSED') return 'Nothing listens at this address.';
  return code ? `It cannot be reached (${code}).` : 'It cannot be reached.';
}
