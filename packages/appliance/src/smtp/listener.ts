/** The SMTP listener: conversation, access, limits. What it accepts goes to the intake it is given. */
import type { AddressInfo } from 'node:net';
import type { Config } from '@sightline/api';
import type { Logger } from 'pino';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Head } from '../queue/message.ts';
import { parseMailbox, write } from './address.ts';
import { type Reception, receive, type Sink } from './receive.ts';
import { receivedHeader } from './received.ts';
import { Refusal, trouble } from './refusal.ts';
import { judgeRecipient, relayList } from './relay.ts';
import { Server } from './server.ts';
import { type Dns, heloOf, ipOf, type Peer, reverseName, tlsOf } from './session.ts';
import type { Space } from './space.ts';

export interface SmtpLimits {
  connections: number;
  /** From one address that is not in a relay network. */
  connectionsPerIp: number;
  recipients: number;
  messagesPerConnection: number;
  /** Idle time of a connection, milliseconds. */
  idleMs: number;
  /** Whole time of one DATA, milliseconds, plus a second for each 10 kB of the size limit. */
  dataMs: number;
  reverseDnsMs: number;
}

export const SMTP_LIMITS: SmtpLimits = {
  connections: 500,
  connectionsPerIp: 100,
  recipients: 1000,
  messagesPerConnection: 1000,
  idleMs: 300_000,
  dataMs: 600_000,
  reverseDnsMs: 1500,
};

/** Facts of a message at DATA: what the queue keeps in front of its content. */
export type Envelope = Head;

export interface ListenerParts {
  config(): Config;
  dns: Dns;
  clock(): number;
  log: Logger;
  limits: SmtpLimits;
  space: Space;
  next(name: 'mid' | 'icid'): number;
  begin(envelope: Envelope): Promise<Sink>;
  rejected(): void;
}

type Done = (error?: Error | null) => void;

export class Listener {
  readonly #parts: ListenerParts;
  readonly #server: Server;
  readonly #peers = new Map<string, Peer>();
  #stopping = false;
  #drained: (() => void) | undefined;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    const { limits } = parts;
    const config = parts.config();
    this.#server = new Server({
      name: config.hostname,
      size: config.listener.maxSize,
      disabledCommands: ['AUTH', 'STARTTLS', 'WIZ', 'SHELL', 'KILL', 'VRFY', 'EXPN', 'HELP'],
      hideSMTPUTF8: true,
      hideENHANCEDSTATUSCODES: false,
      disableReverseLookup: true,
      maxClients: limits.connections,
      maxRecipients: limits.recipients,
      maxCommandLength: 2048,
      socketTimeout: limits.idleMs,
      onConnect: (session, done) => answer(done, () => this.#connect(session)),
      onMailFrom: (address, session, done) => answer(done, () => this.#mail(address, session)),
      onRcptTo: (address, session, done) => answer(done, () => this.#recipient(address, session)),
      onData: (stream, session, done) =>
        void this.#data(stream, session).then(
          (text) => done(null, text),
          (error: unknown) => this.#refuse(this.#refused(error), session, done),
        ),
      onClose: (session) => void this.#peers.delete(session.id),
    });
    this.#server.on('error', (error: Error) => parts.log.debug({ err: error }, 'smtp connection failed'));
  }

  /** @returns the port; throws what kept the address from being opened */
  listen(host: string, port: number): Promise<number> {
    const server = this.#server.server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      this.#server.listen(port, host, () => {
        server.off('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes over what of the configuration a running listener can take. */
  refresh(): void {
    const config = this.#parts.config();
    this.#server.options.size = config.listener.maxSize;
    this.#server.options.name = config.hostname;
  }

  /** No new connection; 421 to everybody who is not in the middle of DATA, to those afterwards or after `ms`. */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(resolve));
    this.#dismiss((peer) => !peer?.receiving);
    if ([...this.#peers.values()].some((peer) => peer.receiving)) await this.#drain(ms);
    this.#dismiss(() => true);
    for (const connection of this.#server.connections) connection.close();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 200))]);
  }

  #drain(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #dismiss(which: (peer: Peer | undefined) => boolean): void {
    for (const connection of [...this.#server.connections]) {
      if (which(this.#peers.get(connection.session.id)))
        connection.send(421, '4.3.2 The system is going down, try again later.');
    }
  }

  /** Nothing that came behind a message with foreign line ends is taken for commands. */
  #refuse(refusal: Refusal, session: SMTPServerSession, done: Done): void {
    const conversation = this.#server.conversation(session.id);
    if (conversation) conversation.hangUp = refusal.hangUp;
    done(refusal);
  }

  #refused(error: unknown): Refusal {
    const refusal = trouble(error);
    this.#parts.rejected();
    if (refusal.cause)
      this.#parts.log.error({ err: refusal.cause }, 'a message was put off for trouble of our own');
    return refusal;
  }

  #connect(session: SMTPServerSession): void {
    const { config, dns, limits, next, rejected } = this.#parts;
    const ip = ipOf(session);
    const relay = relayList(config().relayNetworks)(ip);
    const same = [...this.#peers.values()].filter((peer) => peer.ip === ip).length;
    if (!relay && same >= limits.connectionsPerIp) {
      rejected();
      throw new Refusal(421, '4.7.0 Too many connections from your address.');
    }
    const reverseDns = reverseName(dns, ip, limits.reverseDnsMs);
    this.#peers.set(session.id, { icid: next('icid'), ip, relay, reverseDns, messages: 0, receiving: false });
  }

  #peer(session: SMTPServerSession): Peer {
    const peer = this.#peers.get(session.id);
    if (!peer) throw new Refusal(421, '4.3.0 Local trouble, try again later.');
    return peer;
  }

  async #mail(address: SMTPServerAddress, session: SMTPServerSession): Promise<void> {
    const { config, limits, space, rejected } = this.#parts;
    if (this.#stopping) throw new Refusal(421, '4.3.2 The system is going down, try again later.');
    const peer = this.#peer(session);
    if (peer.messages >= limits.messagesPerConnection)
      throw new Refusal(421, '4.7.0 Too many messages at once.');
    const announced = address.args ? Number(address.args.SIZE ?? 0) : 0;
    const { maxSize } = config().listener;
    if (!(await space.enough(Math.max(1.5 * maxSize, 2 * (announced || 0)))))
      throw new Refusal(452, '4.3.1 Insufficient system storage, try again later.');
    if (address.address !== '' && !parseMailbox(address.address)) {
      rejected();
      throw new Refusal(553, '5.1.7 The sender address is not valid.');
    }
  }

  #recipient(address: SMTPServerAddress, session: SMTPServerSession): void {
    const peer = this.#peer(session);
    const verdict = judgeRecipient(address.address, peer.relay, this.#parts.config());
    if (!verdict.ok) {
      this.#parts.rejected();
      throw new Refusal(verdict.code, verdict.text);
    }
    address.address = verdict.address;
  }

  async #data(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const peer = this.#peer(session);
    peer.messages++;
    peer.receiving = true;
    const { maxSize } = this.#parts.config().listener;
    const watch = this.#watch(stream, session, maxSize);
    try {
      const envelope = await this.#envelope(session, peer);
      const { mid } = envelope;
      const front = receivedHeader({
        ...envelope,
        hostname: this.#parts.config().hostname,
        protocol: session.transmissionType,
      });
      await receive(stream, { front, maxSize, begin: () => this.#parts.begin(envelope) } satisfies Reception);
      return `2.0.0 ok:  Message ${mid} accepted`;
    } finally {
      clearInterval(watch);
      peer.receiving = false;
      setImmediate(() => this.#rest());
    }
  }

  /** Tells `stop` when the last DATA is over and answered. */
  #rest(): void {
    if (![...this.#peers.values()].some((peer) => peer.receiving)) this.#drained?.();
  }

  /** Hangs up on a client that never ends: neither time nor size of one DATA is without a limit. */
  #watch(stream: SMTPServerDataStream, session: SMTPServerSession, maxSize: number): NodeJS.Timeout {
    const until = performance.now() + this.#parts.limits.dataMs + maxSize / 10;
    const timer = setInterval(() => {
      if (performance.now() < until && stream.byteLength < 2 * maxSize + 1024 * 1024) return;
      clearInterval(timer);
      const connection = this.#server.conversation(session.id);
      connection?.send(421, '4.4.2 The message takes too long.');
      connection?._socket.destroySoon();
    }, 1000);
    return timer.unref();
  }

  async #envelope(session: SMTPServerSession, peer: Peer): Promise<Envelope> {
    const { clock, next } = this.#parts;
    const { mailFrom, rcptTo } = session.envelope;
    const sender = mailFrom ? parseMailbox(mailFrom.address) : undefined;
    return {
      mid: next('mid'),
      icid: peer.icid,
      at: clock(),
      direction: peer.relay ? 'outgoing' : 'incoming',
      sender: sender ? write(sender) : '',
      recipients: rcptTo.map(({ address }, rid) => ({ rid, address })),
      ip: peer.ip,
      reverseDns: await peer.reverseDns,
      helo: heloOf(session),
      senderGroup: peer.relay ? 'RELAYLIST' : 'UNKNOWNLIST',
      tls: tlsOf(session),
    };
  }
}

/** Runs a handler of a command; what it throws is the reply. */
function answer(done: Done, handle: () => void | Promise<void>): void {
  Promise.resolve()
    .then(handle)
    .then(
      () => done(),
      (error: unknown) => done(trouble(error)),
    );
}
