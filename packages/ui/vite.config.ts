import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type InlineConfig } from 'vite';

export type Program = 'portal' | 'console';
export const PAGE: Record<Program, string> = { portal: 'index.html', console: 'console.html' };
/** What every page needs is one file, not thirty: each costs the browser a request. */
const START = { name: 'start', tags: ['$initial' as const] };
export const ROOT = fileURLToPath(new URL('.', import.meta.url));

/** Settings of one program's bundle. Nothing inline and no polyfill, so that the strictest CSP holds. */
export function config(program: Program, outDir = `dist/${program}`): InlineConfig {
  return {
    root: ROOT,
    configFile: false,
    plugins: [react()],
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      // Says which source is in which file, for the test of what a first page loads.
      manifest: '.manifest.json',
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: PAGE[program],
        output: { codeSplitting: { groups: [START] } },
        // Our packages only define things; so what a page does not use is not in it, and what it loads later is apart.
        treeshake: { moduleSideEffects: [{ test: /packages[\\/](api|ctim)[\\/]src/, sideEffects: false }] },
      },
    },
  };
}

/** `vite` alone serves both pages for work on them; the API comes from a hub given in the environment. */
export default defineConfig({
  ...config('portal'),
  server: { proxy: { '/api': process.env.SIGHTLINE_HUB ?? 'http://127.0.0.1:8443' } },
});
