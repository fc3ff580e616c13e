/** What a trace header tells (RFC 5321 section 4.4). */
export interface Trace {
  helo: string;
  reverseDns: string;
  ip: string;
  hostname: string;
  /** SMTP, ESMTP, … */
  protocol: string;
  mid: number;
  at: number;
}

// Anything else could end the clause, the comment or the line that it stands in.
const safe = (text: string): string => text.replace(/[^A-Za-z0-9.:_[\]-]/g, '?').slice(0, 255) || 'unknown';

const literal = (ip: string): string => (ip.includes(':') ? `[IPv6:${ip}]` : `[${ip}]`);

/** The Received header that goes in front of a message. */
export function receivedHeader(trace: Trace): Buffer {
  const name = trace.reverseDns ? `${safe(trace.reverseDns)} ` : '';
  const date = new Date(trace.at).toUTCString().replace('GMT', '+0000');
  const lines = [
    `Received: from ${safe(trace.helo)} (${name}${literal(safe(trace.ip).replace(/[[\]]/g, ''))})`,
    `\tby ${safe(trace.hostname)} with ${safe(trace.protocol)} id ${trace.mid}; ${date}`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
