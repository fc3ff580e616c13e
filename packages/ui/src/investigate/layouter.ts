/** Asks the layout worker; only the newest question is answered. */

import workerUrl from './layout.worker.ts?worker&url';
import type { LayoutInput } from './plane.ts';

export interface Layouter {
  /** Resolves with positions, or undefined when a newer question has replaced this one. */
  place(input: LayoutInput): Promise<Float32Array | undefined>;
  close(): void;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

/** Our own bundle's address, in the form that `require-trusted-types-for 'script'` asks for. */
function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= types?.createPolicy('sightline-worker', { createScriptURL: (u) => (u === workerUrl ? u : '') });
  return policy?.createScriptURL(url) ?? url;
}
let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

export function layouter(): Layouter {
  const worker = new Worker(trusted(workerUrl), { type: 'module' });
  let last = 0;
  let broken = false;
  const waiting = new Map<number, { input: LayoutInput; resolve: (at: Float32Array | undefined) => void }>();
  const answer = (id: number, positions: Float32Array): void => {
    waiting.get(id)?.resolve(id === last ? positions : undefined);
    waiting.delete(id);
  };
  // Where workers do not run, the page computes the layout itself: slower, but there.
  const here = async (id: number, input: LayoutInput): Promise<void> => {
    const { layout } = await import('./layout.ts');
    answer(id, layout(input));
  };
  worker.onmessage = ({ data }: MessageEvent<{ id: number; positions: Float32Array }>) =>
    answer(data.id, data.positions);
  worker.onerror = () => {
    broken = true;
    for (const [id, { input }] of waiting) void here(id, input);
  };
  return {
    place: (input) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, { input, resolve });
        if (broken) void here(last, input);
        else worker.postMessage({ id: last, input });
      }),
    close: () => worker.terminate(),
  };
}
