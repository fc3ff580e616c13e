/** Brings spool and database back together at the start. */
import type { Logger } from 'pino';
import { adoptMessage, type IntakeParts } from './intake.ts';
import { SpoolFault } from './spool.ts';

export interface RecoverParts extends Omit<IntakeParts, 'figures' | 'accepted'> {
  log: Logger;
  lost(mid: number, reason: string): Promise<void>;
}

/**
 * A complete file without a row is taken in (its client may have had its 250), an incomplete one is set aside; a
 * row without its file is an alarm; files of finished messages go.
 */
export async function recover(parts: RecoverParts): Promise<void> {
  const { spool, store } = parts;
  const files = await spool.list();
  store.skip('mid', files.at(-1) ?? 0);
  const rows = new Map(store.messages().map((row) => [row.mid, row.done]));
  const present = new Set(files);
  for (const mid of files) if (!rows.has(mid)) await adopt(parts, mid);
  for (const [mid, done] of rows) {
    if (done) parts.done(mid);
    else if (!present.has(mid)) await parts.lost(mid, 'The file is missing.');
  }
}

async function adopt(parts: RecoverParts, mid: number): Promise<void> {
  const { spool, log } = parts;
  try {
    const { head, ...content } = await spool.open(mid);
    if (head.mid !== mid) throw new SpoolFault('The head belongs to another message.');
    // The message that it came out of is taken in again, and this one with it.
    if (head.from !== undefined) return await spool.remove(mid);
    await adoptMessage(parts, { head, content, size: content.end - content.start });
    log.warn({ mid }, 'a message without a queue entry was taken in again');
  } catch (error) {
    if (!(error instanceof SpoolFault)) throw error;
    await spool.setAside(mid);
    log.warn({ mid, reason: error.message }, 'an incomplete message file was set aside');
  }
}
