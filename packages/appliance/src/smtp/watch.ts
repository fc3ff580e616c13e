import type { SMTPServerDataStream } from 'smtp-server';
import type { SmtpLimits } from './parts.ts';

/**
 * Calls `cut` on a client that never ends: neither time nor size of one DATA is without a limit, and it may not
 * trickle. @returns what ends the watch
 */
export function watchData(
  stream: SMTPServerDataStream,
  maxSize: number,
  limits: Pick<SmtpLimits, 'dataMs' | 'dataRate' | 'slowMs'>,
  cut: () => void,
): () => void {
  const start = performance.now();
  const timer = setInterval(
    () => {
      const passed = performance.now() - start;
      const endless = passed > limits.dataMs + maxSize / 10 || stream.byteLength > 2 * maxSize + 1024 * 1024;
      const slow = passed > limits.slowMs && stream.byteLength < (limits.dataRate * passed) / 1000;
      // When all of it has come, the client waits for us.
      if (stream.writableEnded || !(endless || slow)) return;
      clearInterval(timer);
      cut();
    },
    Math.min(1000, limits.slowMs / 2),
  );
  timer.unref();
  return () => clearInterval(timer);
}
