/** The way that a message says it took (RFC 5321, section 4.4). Each host wrote its own line; only the last is ours. Pure. */
export interface Hop {
  /** The host that sent, as the receiving one wrote it: '' where it did not. */
  from: string;
  by: string;
  /** As it is written. */
  at: string;
}

/** Hops that are shown of one message. */
const MOST = 50;

/** From the sender's side to ours. */
export function hopsOf(header: string): Hop[] {
  const unfolded = header.replace(/\r?\n[ \t]+/g, ' ');
  const traces = unfolded.split(/\r?\n/).flatMap((line) => /^received:\s*(.*)$/i.exec(line)?.[1] ?? []);
  return traces.slice(0, MOST).map(hopOf).reverse();
}

function hopOf(trace: string): Hop {
  const end = trace.lastIndexOf(';');
  const clauses = end < 0 ? trace : trace.slice(0, end);
  return {
    from: /^from\s+(\S+(?:\s+\([^)]{1,300}\))?)/i.exec(clauses)?.[1] ?? '',
    by: /(?:^|\s)by\s+(\S+)/i.exec(clauses)?.[1] ?? '',
    at: end < 0 ? '' : trace.slice(end + 1).trim(),
  };
}
