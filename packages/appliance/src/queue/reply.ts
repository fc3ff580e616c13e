import type { Reply } from '@sightline/api';

const LINE = /^(\d{3})[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?: |$))?(.*)$/;

/** A next hop's reply taken apart (RFC 5321 section 4.2, RFC 3463); the words stay as they came. */
export function parseReply(raw: string): Reply {
  const lines = raw.split(/\r?\n/).filter((line) => line !== '');
  const parts = lines.map((line) => LINE.exec(line));
  const first = parts[0];
  if (!first) return { code: 0, status: '', text: lines.join(' ') };
  const text = parts.map((part, i) => part?.[3] ?? lines[i]).join(' ');
  return { code: Number(first[1]), status: first[2] ?? '', text };
}

/** What a failed delivery has to say: the reply if there was one, else the fault of the connection. */
export function replyOf(error: unknown): Reply {
  const fault = error as { response?: string | false; message?: string };
  if (typeof fault.response === 'string' && /^\d{3}/.test(fault.response)) return parseReply(fault.response);
  return { code: 0, status: '4.4.0', text: fault.message ?? String(error) };
}
