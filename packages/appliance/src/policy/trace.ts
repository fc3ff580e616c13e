/** Shows a message to the real engines and policies, and tells what they say. Nothing of it is kept. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Config,
  fail,
  MOST_TRACED,
  type TraceAnswer,
  type TraceQuestion,
  UNKNOWNLIST,
} from '@sightline/api';
import type { Head } from '../queue/message.ts';
import type { Examine } from '../scan/examine.ts';
import { decide } from './decide.ts';
import type { Copy, Decision } from './decision.ts';
import type { Step } from './note.ts';

export interface TraceParts {
  /** Folder for the message while it is looked at. */
  dir: string;
  examine: Examine;
  config(): Config;
  clock(): number;
}

export async function trace(parts: TraceParts, question: TraceQuestion): Promise<TraceAnswer> {
  const bytes = asSent(Buffer.from(question.message, 'base64'));
  if (bytes.length > MOST_TRACED) throw fail('too_large', { limit: `${MOST_TRACED / 1024} KiB` });
  const head = headOf(question, parts.clock());
  // In place of the header that the listener writes.
  const front = Buffer.from(`Received: by ${parts.config().hostname} (trace)\r\n`);
  const path = join(parts.dir, `trace-${randomUUID()}`);
  try {
    await writeFile(path, Buffer.concat([front, bytes]), { mode: 0o600, flag: 'wx' });
    const examined = await parts.examine({ path, start: 0, end: front.length + bytes.length }, head);
    const steps: Step[] = [];
    const decision = decide(parts.config(), head, bytes.length, examined, (step) => steps.push(step));
    const { found, results, authentication } = examined;
    return {
      size: bytes.length,
      subject: found.subject,
      messageId: found.messageId,
      parse: found.parse,
      attachments: found.attachments,
      urls: found.urls,
      authentication: authentication ?? null,
      engines: results.map(({ engine, verdict, names, score, ms }) => ({
        engine,
        verdict,
        names,
        score,
        ms,
      })),
      steps,
      ...outcome(decision, head),
    };
  } finally {
    await rm(path, { force: true });
  }
}

/** A file from an editor has line ends of its own. */
const asSent = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

const headOf = ({ from, to, ip, helo, direction }: TraceQuestion, at: number): Head => ({
  mid: 0,
  icid: 0,
  at,
  direction,
  sender: from,
  recipients: to.map((address, rid) => ({ rid, address })),
  ip,
  reverseDns: '',
  helo,
  senderGroup: UNKNOWNLIST,
  tls: '',
});

function outcome(decision: Decision, head: Head): Pick<TraceAnswer, 'refused' | 'copies'> {
  if (decision.do === 'refuse') return { refused: { by: decision.by, reply: decision.reply }, copies: [] };
  return { refused: null, copies: decision.copies.map((copy) => copyOf(copy, head)) };
}

const copyOf = (copy: Copy, head: Head): TraceAnswer['copies'][number] => ({
  recipients: head.recipients.filter(({ rid }) => copy.rids.includes(rid)).map((one) => one.address),
  policy: copy.policy,
  fate: fateWords(copy),
  actions: copy.actions,
});

function fateWords({ fate, hop, edits }: Copy): string {
  if (fate.do === 'quarantine') return `quarantined in ${fate.into.map((one) => one.quarantine).join(', ')}`;
  if (fate.do === 'drop') return `dropped by ${fate.by}`;
  if (fate.do === 'bounce') return `bounced by ${fate.by}`;
  const way = hop ? ` through ${hop.host}:${hop.port}` : '';
  return `delivered${edits.length > 0 ? ', changed' : ''}${way}`;
}
