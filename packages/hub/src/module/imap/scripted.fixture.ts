/** For tests: an IMAP server over real sockets that misbehaves as it is told, mailbox by mailbox. */
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import { TLS } from '../../outbound/fixture.ts';

export interface Letter {
  uid: number;
  /** The Message-ID field as it stands in the message, its name included. */
  header: string;
  subject: string;
}

export interface Box {
  folders: Record<string, Letter[]>;
  /** Attributes of a folder as LIST has them. */
  flags?: Record<string, string>;
  /** What it does wrong, by command; what it returns is sent in the place of an answer, undefined sends nothing. */
  wrong?: Partial<Record<string, (tag: string, words: string[]) => string | undefined>>;
  /** Before this has come to pass it answers no search. */
  wait?: Promise<void> | undefined;
}

export interface Scripted {
  port: number;
  /** By the name that is logged in with, or that is the authorization identity. */
  boxes: Map<string, Box>;
  /** All that clients said, with the mailbox that they were in; passwords left out. */
  heard: { box: string; line: string }[];
  /** The most connections at once. */
  most(): number;
  /** What the server says of itself. */
  capability: string;
  greeting: string;
  close(): Promise<void>;
}

export const SECRET = 'scripted secret';

interface Session {
  socket: Socket;
  box: Box | undefined;
  name: string;
  open: string;
  writes: boolean;
}

export async function scripted(): Promise<Scripted> {
  let [now, most] = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer({ key: TLS.key, cert: TLS.cert }, (socket) => {
    sockets.add(socket);
    now += 1;
    most = Math.max(most, now);
    socket.on('error', () => {});
    socket.on('close', () => {
      now -= 1;
      sockets.delete(socket);
    });
    const session: Session = { socket, box: undefined, name: '', open: '', writes: false };
    socket.write(`${at.greeting}\r\n`);
    readCommands(socket, (line) => answer(at, session, line));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at: Scripted = {
    port: (server.address() as AddressInfo).port,
    boxes: new Map(),
    heard: [],
    most: () => most,
    capability: 'IMAP4rev1 UIDPLUS MOVE AUTH=PLAIN SASL-IR',
    greeting: '* OK ready',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return at;
}

/** Lines with the literals that were in them put in as quoted strings. */
function readCommands(socket: Socket, take: (line: string) => void): void {
  let rest = Buffer.alloc(0);
  let line = '';
  let literal = 0;
  socket.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part]);
    for (;;) {
      if (literal > 0) {
        if (rest.length < literal) return;
        line += `"${rest.subarray(0, literal).toString('utf8').replace(/[\\"]/g, '\\$&')}"`;
        rest = rest.subarray(literal);
        literal = 0;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) return;
      line += rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 2);
      const [, length] = /\{(\d+)\+?\}$/.exec(line) ?? [];
      if (length) {
        line = line.replace(/\{\d+\+?\}$/, '');
        literal = Number(length);
        if (literal === 0) line += '""';
        socket.write('+ go on\r\n');
      } else {
        take(line);
        line = '';
      }
    }
  });
}

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s"]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'),
  );

function answer(at: Scripted, session: Session, line: string): void {
  const { socket } = session;
  // The second line of AUTHENTICATE.
  if (!/^\S+ \S/.test(line)) {
    const [authzid, authcid = '', password] = Buffer.from(line, 'base64').toString().split('\0');
    socket.write(loggedIn(at, session, `${pending.get(socket)}`, authzid || authcid, password));
    return;
  }
  const words = wordsOf(line);
  const [tag = '', ...said] = words;
  const command =
    (said[0] ?? '').toUpperCase() === 'UID' ? `UID ${said[1]?.toUpperCase()}` : `${said[0]}`.toUpperCase();
  if (command !== 'LOGIN') at.heard.push({ box: session.name, line: said.join(' ') });
  const wrong = session.box?.wrong?.[command];
  const { wait } = session.box ?? {};
  if (wait && command === 'UID SEARCH') {
    session.box = { ...session.box, folders: session.box?.folders ?? {}, wait: undefined };
    void wait.then(() => answer(at, session, line));
    return;
  }
  const reply = wrong ? wrong(tag, said) : usual(at, session, { tag, command, said });
  if (reply !== undefined && !socket.destroyed) socket.write(reply);
  if (command === 'LOGOUT') socket.end();
}

const pending = new WeakMap<Socket, string>();

function loggedIn(
  at: Scripted,
  session: Session,
  tag: string,
  name: string,
  password: string | undefined,
): string {
  const box = at.boxes.get(name);
  if (!box || password !== SECRET) return `${tag} NO [AUTHENTICATIONFAILED] Who are you?\r\n`;
  [session.box, session.name] = [box, name];
  return `${tag} OK [CAPABILITY ${at.capability}] in\r\n`;
}

interface Said {
  tag: string;
  command: string;
  said: string[];
}

function usual(at: Scripted, session: Session, { tag, command, said }: Said): string {
  const box = session.box ?? { folders: {} };
  const letters = box.folders[session.open] ?? [];
  const numbered = (uids: string | undefined): Letter[] =>
    letters.filter(({ uid }) => uids?.split(',').includes(String(uid)));
  switch (command) {
    case 'CAPABILITY':
      return `* CAPABILITY ${at.capability}\r\n${tag} OK\r\n`;
    case 'LOGIN':
      return loggedIn(at, session, tag, said[1] ?? '', said[2]);
    case 'AUTHENTICATE':
      pending.set(session.socket, tag);
      return '+ \r\n';
    case 'LIST':
      return said[2] === '' ? `* LIST (\\Noselect) "/" ""\r\n${tag} OK\r\n` : listed(box, tag);
    case 'SELECT':
    case 'EXAMINE':
      return opened(session, box, { tag, command, said });
    case 'CREATE':
      box.folders[said[1] ?? ''] ??= [];
      return `${tag} OK\r\n`;
    case 'UID SEARCH':
      return `* SEARCH ${matching(letters, said).join(' ')}\r\n${tag} OK\r\n`;
    case 'UID FETCH':
      return `${fetched(letters, numbered(said[2]))}${tag} OK\r\n`;
    case 'UID MOVE':
      box.folders[said[3] ?? ''] = [...(box.folders[said[3] ?? ''] ?? []), ...numbered(said[2])];
      box.folders[session.open] = letters.filter((one) => !numbered(said[2]).includes(one));
      return `${tag} OK\r\n`;
    case 'UID STORE':
      return `${tag} OK\r\n`;
    case 'UID EXPUNGE':
      box.folders[session.open] = letters.filter((one) => !numbered(said[2]).includes(one));
      return `${tag} OK\r\n`;
    default:
      return command === 'LOGOUT' ? `* BYE\r\n${tag} OK\r\n` : `${tag} OK\r\n`;
  }
}

/** In atoms and quoted strings; what is asked for is always all. */
const listed = ({ folders, flags = {} }: Box, tag: string): string =>
  `${Object.keys(folders)
    .map((path) => `* LIST (${flags[path] ?? ''}) "/" "${path}"\r\n`)
    .join('')}${tag} OK\r\n`;

function opened(session: Session, box: Box, { tag, command, said }: Said): string {
  const letters = box.folders[said[1] ?? ''];
  if (!letters) return `${tag} NO [NONEXISTENT] no such folder\r\n`;
  session.open = said[1] ?? '';
  session.writes = command === 'SELECT';
  const mode = session.writes ? 'READ-WRITE' : 'READ-ONLY';
  return `* ${letters.length} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1000] ok\r\n${tag} OK [${mode}] open\r\n`;
}

/** As RFC 9051 has it: whatever holds the text, in any case. */
const matching = (letters: readonly Letter[], said: readonly string[]): number[] =>
  letters
    .filter(({ header }) => header.toLowerCase().includes((said.at(-1) ?? '').toLowerCase()))
    .map(({ uid }) => uid);

const fetched = (all: readonly Letter[], some: readonly Letter[]): string =>
  some
    .map((one) => {
      const header = `${one.header}\r\n\r\n`;
      const from = '(("Eve" NIL "eve" "evil.example"))';
      const envelope = `("Mon, 30 Nov 2026 08:00:00 +0000" "${one.subject}" ${from} ${from} ${from} NIL NIL NIL NIL "<x>")`;
      const length = Buffer.byteLength(header);
      return `* ${all.indexOf(one) + 1} FETCH (UID ${one.uid} ENVELOPE ${envelope} BODY[HEADER.FIELDS (MESSAGE-ID)] {${length}}\r\n${header})\r\n`;
    })
    .join('');
