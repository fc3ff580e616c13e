/** One delivery connection to a next hop, used for many messages. */
import type { Reply } from '@sightline/api';
import { type Opening, openSession, replyOfRaw, type Session } from './client.ts';
import { type Letter, type Missing, mailCommand, missing, rcptCommand } from './command.ts';
import type { Leaving } from './leaving.ts';
import { SessionFault } from './reply.ts';
import type { Target } from './resolve.ts';
import { createStuffing, type Raw } from './wire.ts';

export interface Link {
  dcid: number;
  target: Target;
  ip: string;
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`, with ` verified` behind it where that was asked for; '' without TLS. */
  tls: string;
  /** Whether the next hop will report by itself (RFC 3461). */
  dsn: boolean;
  /** Messages it has carried. */
  carried: number;
  /** The reply for each recipient of the letter, in its order. Never throws. */
  send(letter: Letter, leaving: Leaving): Promise<Reply[]>;
  /** False once the connection cannot carry another message. */
  usable(): boolean;
  quit(): void;
  close(): void;
}

/** Tries the targets in turn. @throws SessionFault of the last one */
export async function connect(
  targets: readonly Target[],
  opening: Omit<Opening, 'target'>,
  dcid: () => number,
): Promise<Link> {
  let last: unknown;
  for (const target of targets) {
    try {
      return linkOf(await open({ ...opening, target }), target, opening.lmtp, dcid());
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** Opportunistic TLS that fails is not worse than none (RFC 7435). */
async function open(opening: Opening): Promise<Session> {
  try {
    return await openSession(opening);
  } catch (error) {
    const may = opening.tls === 'opportunistic' && !opening.auth;
    if (may && error instanceof SessionFault && error.handshake)
      return openSession({ ...opening, tls: 'none' });
    throw error;
  }
}

function linkOf(session: Session, target: Target, lmtp: boolean, dcid: number): Link {
  return {
    dcid,
    target,
    ip: session.ip,
    tls: session.tls,
    dsn: session.extensions.has('DSN'),
    carried: 0,
    async send(letter, leaving) {
      this.carried++;
      const lacking = missing(letter, session.extensions);
      if (lacking) return letter.recipients.map(() => refusal(lacking));
      try {
        return await transact(session, letter, leaving, lmtp);
      } catch (error) {
        session.close();
        const reply =
          error instanceof SessionFault ? error.reply : { code: 0, status: '4.4.2', text: String(error) };
        return letter.recipients.map(() => reply);
      }
    },
    usable: () => !session.broken,
    quit: () => session.quit(),
    close: () => session.close(),
  };
}

/** RFC 6531 section 3.2, RFC 6152 section 3: what the next hop cannot take is returned, not damaged. */
const refusal = ({ status, text }: Missing): Reply => ({ code: 550, status, text });

/** What the next hop said to the commands before the data. */
interface Said {
  recipients: Raw[];
  data: Raw | undefined;
  refused: Raw | undefined;
}

async function transact(session: Session, letter: Letter, leaving: Leaving, lmtp: boolean): Promise<Reply[]> {
  const said = session.extensions.has('PIPELINING')
    ? await pipelined(session, letter)
    : await inTurn(session, letter);
  if (said.refused) return spread(letter, replyOfRaw(said.refused), await reset(session, said.refused));
  const taken = said.recipients.filter(isFine).length;
  const { data } = said;
  if (data?.code !== 354) {
    const why = taken > 0 && data ? data : undefined;
    await reset(session, why);
    return said.recipients.map((raw) => replyOfRaw(isFine(raw) && why ? why : raw));
  }
  if (taken === 0) return nobody(session, said);
  await pour(session, leaving);
  return lmtp ? each(session, said) : all(session, said);
}

const isFine = (raw: Raw): boolean => raw.code >= 200 && raw.code < 300;
const spread = (letter: Letter, reply: Reply, _: unknown): Reply[] => letter.recipients.map(() => reply);

/** All commands at once, then all replies (RFC 2920). */
async function pipelined(session: Session, letter: Letter): Promise<Said> {
  const rcpts = letter.recipients.map((one) => rcptCommand(one, letter, session.extensions));
  const lines = [mailCommand(letter, session.extensions), ...rcpts, 'DATA', ''];
  session.write(lines.join('\r\n'));
  const mail = await session.reply();
  const recipients: Raw[] = [];
  for (const _ of rcpts) recipients.push(await session.reply());
  const data = await session.reply();
  if (isFine(mail)) return { recipients, data, refused: undefined };
  if (data.code === 354) {
    session.write('.\r\n');
    await session.reply();
  }
  return { recipients, data: undefined, refused: mail };
}

async function inTurn(session: Session, letter: Letter): Promise<Said> {
  const mail = await session.ask(mailCommand(letter, session.extensions));
  if (!isFine(mail)) return { recipients: [], data: undefined, refused: mail };
  const recipients: Raw[] = [];
  for (const one of letter.recipients)
    recipients.push(await session.ask(rcptCommand(one, letter, session.extensions)));
  const data = recipients.some(isFine) ? await session.ask('DATA') : undefined;
  return { recipients, data, refused: undefined };
}

/** The next hop takes data for nobody: an empty message ends that (RFC 2920 section 3.1). */
async function nobody(session: Session, said: Said): Promise<Reply[]> {
  session.write('.\r\n');
  await session.reply();
  await reset(session, undefined);
  return said.recipients.map(replyOfRaw);
}

/** One reply stands for every recipient that was taken. */
async function all(session: Session, said: Said): Promise<Reply[]> {
  const raw = await session.reply();
  if (raw.code === 421) session.close();
  const reply = replyOfRaw(raw);
  return said.recipients.map((one) => (isFine(one) ? reply : replyOfRaw(one)));
}

/** LMTP answers for each of them (RFC 2033 section 4.2). */
async function each(session: Session, said: Said): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const one of said.recipients) replies.push(replyOfRaw(isFine(one) ? await session.reply() : one));
  return replies;
}

/** Back to the beginning of a transaction; after 421 there is none. */
async function reset(session: Session, why: Raw | undefined): Promise<void> {
  if (why?.code === 421) return session.close();
  const raw = await session.ask('RSET').catch(() => undefined);
  if (!raw || !isFine(raw)) session.close();
}

async function pour(session: Session, { bytes, chunks }: Leaving): Promise<void> {
  const stuffing = createStuffing();
  if (bytes) {
    session.write(Buffer.concat([...bytes.map((one) => stuffing.push(one)), stuffing.end()]));
    return;
  }
  for await (const chunk of chunks()) {
    session.write(stuffing.push(chunk));
    await session.drained();
    if (session.broken) break;
  }
  session.write(stuffing.end());
}
