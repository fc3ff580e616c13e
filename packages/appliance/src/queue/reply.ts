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

/** The session could not be made, or broke; with the next hop's words if there were any. */
export class SessionFault extends Error {
  override name = 'SessionFault';
  readonly reply: Reply;
  /** In the handshake of opportunistic TLS: without TLS it may work. */
  readonly handshake: boolean;

  constructor(reply: Reply, handshake = false) {
    super(reply.text);
    this.reply = reply;
    this.handshake = handshake;
  }
}

/** What a failed connection has to say: the next hop's words if there were any, else the fault itself. */
export function replyOf(error: unknown): Reply {
  if (error instanceof SessionFault) return error.reply;
  return { code: 0, status: '4.4.0', text: error instanceof Error ? error.message : String(error) };
}
