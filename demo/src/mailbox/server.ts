/**
 * The server behind the gateway: takes mail by SMTP, keeps it, shows it. Recipients whose local part begins with
 * `gone.` are refused for good; those that begin with `busy.` are asked to wait the first time, those that begin
 * with `full.` every time.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { CSP, listPage, messagePage, notFoundPage, STYLE } from './page.ts';
import { MailboxStore } from './store.ts';

export interface Mailbox {
  smtpPort: number;
  url: string;
  store: MailboxStore;
  stop(): Promise<void>;
}

export interface MailboxOptions {
  dir: string;
  host?: string;
  smtpPort?: number;
  webPort?: number;
  /** How long a `busy.` recipient has to wait, ms. */
  busyMs?: number;
}

export async function openMailbox(options: MailboxOptions): Promise<Mailbox> {
  const host = options.host ?? '127.0.0.1';
  const store = new MailboxStore(options.dir);
  const smtp = smtpServer(store, options.busyMs ?? 20_000);
  await new Promise<void>((done, failed) => {
    smtp.on('error', failed);
    smtp.listen(options.smtpPort ?? 0, host, done);
  });
  const web = await webServer(store, host, options.webPort ?? 0);
  return {
    smtpPort: (smtp.server.address() as AddressInfo).port,
    url: `http://${host}:${(web.address() as AddressInfo).port}`,
    store,
    stop: async () => {
      await Promise.all([
        new Promise<void>((done) => smtp.close(() => done())),
        new Promise<void>((done) => web.close(() => done())),
      ]);
    },
  };
}

function smtpServer(store: MailboxStore, busyMs: number): SMTPServer {
  const firstTry = new Map<string, number>();
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    banner: 'mailbox server',
    disableReverseLookup: true,
    onRcptTo: ({ address }, _session, done) => done(refusal(address.toLowerCase(), firstTry, busyMs)),
    onData: (stream, session, done) => {
      take(store, stream, session).then(
        (number) => done(null, `2.0.0 ok:  Message ${number} accepted`),
        (error: Error) => done(error),
      );
    },
  });
}

function refusal(address: string, firstTry: Map<string, number>, busyMs: number): Error | null {
  if (address.startsWith('gone.')) return reply(550, '5.1.1 <...>: Recipient address rejected: user unknown');
  if (address.startsWith('full.')) return reply(452, '4.2.2 Mailbox full, please try again later');
  if (!address.startsWith('busy.')) return null;
  const first = firstTry.get(address) ?? Date.now();
  firstTry.set(address, first);
  return Date.now() - first < busyMs ? reply(451, '4.7.1 Greylisted, please try again later') : null;
}

const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

async function take(
  store: MailboxStore,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const { mailFrom, rcptTo } = session.envelope;
  const entry = await store.add(
    mailFrom ? mailFrom.address : '',
    rcptTo.map((r) => r.address),
    Buffer.concat(chunks),
  );
  return entry.number;
}

async function webServer(store: MailboxStore, hostname: string, port: number): Promise<Server> {
  const web = new Hono();
  web.use(async (c, next) => {
    await next();
    c.header('Content-Security-Policy', CSP);
    c.header('X-Content-Type-Options', 'nosniff');
  });
  web.get('/', (c) => c.html(listPage(store.list(), c.req.query('search') ?? '')));
  web.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css' }));
  web.get('/messages/:number', (c) => {
    const found = store.get(Number(c.req.param('number')));
    return found ? c.html(messagePage(found.entry, found.raw)) : c.html(notFoundPage(), 404);
  });
  return new Promise((done) => {
    const server = serve({ fetch: web.fetch, hostname, port }, () => done(server as Server));
  });
}
