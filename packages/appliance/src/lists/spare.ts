/** The safelist: who is on it is not taken for spam. Viruses, blocklists and the rest count all the same. Pure. */
import type { Head } from '../queue/message.ts';
import type { Examined } from '../scan/engine.ts';
import { listResults } from '../scan/listed.ts';
import type { Lists } from '../scan/lists.ts';
import { nothing } from '../scan/scanned.ts';

/** A sender that is not who it claims to be is spared nothing. */
const forged = ({ authentication: a }: Examined): boolean =>
  a !== undefined && (a.dmarc.result === 'fail' || a.spf.result === 'fail');

export function spare(safe: Lists, head: Pick<Head, 'ip' | 'sender'>, examined: Examined): Examined {
  const isSpam = (one: Examined['results'][number]): boolean =>
    one.category === 'spam' && (one.verdict === 'positive' || one.verdict === 'suspect');
  if (!examined.results.some(isSpam) || forged(examined)) return examined;
  const [hit] = listResults(safe, head, nothing());
  if (!hit) return examined;
  const results = examined.results.map((one) =>
    isSpam(one)
      ? { ...one, verdict: 'clean' as const, names: [...one.names, `spared: ${hit.names[0]}`] }
      : one,
  );
  return { ...examined, results };
}
