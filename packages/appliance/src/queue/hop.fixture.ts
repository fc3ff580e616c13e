/** The whole mail path between a client and a next hop on loopback, with a clock that can be set, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type ConfigPart, TrackEvent } from '@sightline/api';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { SMTPServer } from 'smtp-server';
import { type Mail, type MailParts, openMail } from '../mail.ts';

interface Caught {
  from: string;
  to: string[];
  raw: string;
}

export interface Hop {
  port: number;
  mails: Caught[];
  /** Reply to RCPT; undefined accepts. */
  rcpt(address: string): Error | undefined;
  /** Waits before the reply to the final dot. */
  data(): Promise<void>;
  /** Connections now, most of them at once, and all there ever were. */
  sessions: { open: number; most: number; all: number };
  listen(): Promise<void>;
  close(): Promise<void>;
}

export const saying = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });

/** It does not listen yet; `port` is its own from the first time on. */
function createHop(): Hop {
  let server: SMTPServer | undefined;
  const hop: Hop = {
    port: 0,
    mails: [],
    rcpt: () => undefined,
    data: () => Promise.resolve(),
    sessions: { open: 0, most: 0, all: 0 },
    async listen() {
      server = hopServer(hop);
      const { server: net } = server;
      await new Promise<void>((resolve) => net.listen(hop.port, '127.0.0.1', resolve));
      hop.port = (net.address() as { port: number }).port;
    },
    async close() {
      const closing = server;
      server = undefined;
      if (!closing) return;
      for (const one of [...closing.connections]) one._socket.destroy();
      await new Promise<void>((resolve) => closing.close(resolve));
    },
  };
  return hop;
}

function hopServer(hop: Hop): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onConnect: (_session, done) => {
      const { sessions } = hop;
      sessions.all++;
      sessions.most = Math.max(sessions.most, ++sessions.open);
      done();
    },
    onClose: () => void hop.sessions.open--,
    onRcptTo: ({ address }, _session, done) => done(hop.rcpt(address)),
    onData: (stream, { envelope: { mailFrom, rcptTo } }, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('latin1');
      });
      stream.on('end', async () => {
        await hop.data();
        hop.mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((one) => one.address),
          raw,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  return server;
}

type EventOf<T extends TrackEvent['type']> = Extract<TrackEvent, { type: T }>;

export interface Road {
  hop: Hop;
  mail: Mail;
  events: TrackEvent[];
  /** Added to the time. */
  shift: number;
  of<T extends TrackEvent['type']>(type: T, mid?: number): EventOf<T>[];
  /** @returns the MID; rejects with `responseCode` */
  send(to?: string, from?: string): Promise<number>;
  /** Stops the mail path and opens it again on what it left. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Mail for anybody at example.com and other.example goes to the hop, which listens only when it is told to. */
export async function openRoad(part: ConfigPart = {}, more: Partial<MailParts> = {}): Promise<Road> {
  const dir = mkdtempSync(join(tmpdir(), 'road-'));
  const hop = createHop();
  // The port has to be known.
  await hop.listen();
  await hop.close();
  const road = { hop, events: [] as TrackEvent[], shift: 0 } as unknown as Road;
  road.of = <T extends TrackEvent['type']>(type: T, mid?: number) =>
    road.events.filter(
      (one): one is EventOf<T> => one.type === type && (mid === undefined || one.mid === mid),
    );
  const config = Config.parse({
    hostname: 'esa.example.com',
    recipientDomains: ['example.com', 'other.example'],
    routes: [{ domain: 'ALL', host: '127.0.0.1', port: hop.port }],
    ...part,
    listener: { port: 0, ...part.listener },
    delivery: { retrySeconds: [3600], giveUpSeconds: 864_000, ...part.delivery },
  });
  const launch = async (): Promise<void> => {
    road.mail = await openMail({
      dir,
      config,
      append: async (batch) => void road.events.push(...batch.map((one) => TrackEvent.parse(one))),
      log: pino({ level: 'silent' }),
      clock: () => Date.now() + road.shift,
      dns: { reverse: async () => [], addresses: async () => [] },
      registry: new Registry(),
      // A hop that was down is asked again at once.
      limits: { delivery: { connectMs: 5000, idleMs: 60_000, lingerMs: 100, downMs: 1 } },
      ...more,
    });
    await road.mail.start();
  };
  await launch();
  road.send = (to = 'b@example.com', from = 'a@client.test') => send(road.mail.port, from, to);
  road.restart = async () => {
    await road.mail.stop();
    await launch();
  };
  road.close = async () => {
    await road.mail.stop();
    await hop.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return road;
}

function send(port: number, from: string, to: string): Promise<number> {
  const client = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
  const raw = `From: <${from || 'nobody@client.test'}>\r\nSubject: hello\r\n\r\nHello\r\n`;
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.connect(() =>
      client.send({ from, to: [to] }, raw, (error, info) => {
        client.quit();
        if (error) reject(error);
        else resolve(Number(/Message (\d+)/.exec(info?.response ?? '')?.[1]));
      }),
    );
  });
}
