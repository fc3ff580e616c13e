/** Names of files that run something when they are opened. Pure. */
import type { Engines } from '@sightline/api';
import type { EngineResult } from './engine.ts';
import type { Scanned } from './scanned.ts';

/** What the system would go by: trailing dots and spaces are dropped by the one that opens such a file. */
export function extensionOf(name: string): string {
  const plain = name.toLowerCase().replace(/[\s.\p{Cf}]+$/gu, '');
  const dot = plain.lastIndexOf('.');
  return dot < 0 ? '' : plain.slice(dot + 1);
}

export function fileResults({ enabled, extensions }: Engines['files'], found: Scanned): EngineResult[] {
  if (!enabled || found.attachments.length === 0) return [];
  const start = performance.now();
  const risky = new Set(extensions);
  const attachments = found.attachments.flatMap(({ name }, i) => (risky.has(extensionOf(name)) ? [i] : []));
  if (attachments.length === 0) return [];
  const names = attachments.slice(0, 20).map((i) => found.attachments[i]?.name ?? '');
  const ms = performance.now() - start;
  return [{ engine: 'file type', category: 'file', version: '', verdict: 'suspect', names, ms, attachments }];
}
