/** From what the engines say to the rows of a policy. Pure. */
import type { Verdict } from '@sightline/api';
import type { EngineResult, Examined } from '../scan/engine.ts';

export interface Hit {
  /** In words: who says so, and what. */
  text: string;
  attachments?: number[];
}

const said = ({ engine, names }: EngineResult): string =>
  names.length === 0 ? engine : `${engine}: ${names.slice(0, 5).join(', ')}`;

const bad = ({ verdict }: EngineResult): boolean => verdict === 'suspect' || verdict === 'positive';

/** Everything that speaks for this verdict; empty: it does not hold. */
export function hitsOf(verdict: Verdict, { found, results }: Examined): Hit[] {
  const hits = results
    .filter((one) => speaks(verdict, one))
    .map((one): Hit => ({ text: said(one), ...(one.attachments ? { attachments: one.attachments } : {}) }));
  if (verdict === 'unscannable' && found.parse !== 'complete')
    hits.push({
      text: found.parse === 'failed' ? 'the message cannot be read' : 'the message can be read only in part',
    });
  return hits;
}

function speaks(verdict: Verdict, result: EngineResult): boolean {
  if (verdict === 'unscannable') return result.wants === 'unscannable';
  if (verdict === 'suspect') return result.category === 'spam' && result.verdict === 'suspect';
  if (verdict === 'spam') return result.category === 'spam' && result.verdict === 'positive';
  return result.category === verdict && bad(result);
}
