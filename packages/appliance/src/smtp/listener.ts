/** One SMTP listener: conversation, access, limits. What it accepts goes to the intake it is given. */
import type { AddressInfo } from 'node:net';
import type {
  SMTPServerAddress,
  SMTPServerAuthentication,
  SMTPServerDataStream,
  SMTPServerSession,
} from 'smtp-server';
import { journalOf } from '../journaling/take.ts';
import { parseMailbox, write } from './address.ts';
import { admit, meet } from './admit.ts';
import { contentOf } from './dsn.ts';
import { logIn } from './login.ts';
import { inNetworks } from './network.ts';
import type { Envelope, ListenerParts } from './parts.ts';
import { receive } from './receive.ts';
import { receivedHeader } from './received.ts';
import { Refusal, trouble } from './refusal.ts';
import { Server } from './server.ts';
import { type Peer, protocolOf } from './session.ts';
import { count } from './tables.ts';
import { factsOf, type Telling, telling } from './telling.ts';
import { checkMail, checkRecipient } from './transaction.ts';
import { watchData } from './watch.ts';

type Done = (error?: Error | null) => void;

const DOWN = '4.3.2 The system is going down, try again later.';

export class Listener {
  readonly #parts: ListenerParts;
  readonly #server: Server;
  readonly #peers = new Map<string, Peer>();
  readonly #told: Telling;
  #trusted = trustOf([], []);
  #certificate: string;
  #stopping = false;
  #drained: (() => void) | undefined;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#told = telling(parts);
    const { limits, settings, log } = parts;
    const keys = parts.keys();
    this.#certificate = keys.certificate;
    const options = {
      secure: settings().tls === 'implicit',
      hideENHANCEDSTATUSCODES: false,
      hideDSN: false,
      authOptional: true,
      disableReverseLookup: true,
      maxCommandLength: 2048,
      socketTimeout: limits.idleMs,
      ...this.#handlers(),
    };
    const trusts = (option: keyof Trusted, ip: string): boolean => this.#trusted[option](ip);
    this.#server = new Server(options, { ...limits, trusts }, keys);
    this.#server.on('error', (error: Error) => log.debug({ err: error }, 'smtp connection failed'));
    this.refresh();
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

  /** Takes over what of the configuration a running listener can take; open connections keep what they were told. */
  refresh(): void {
    const { config, settings, keys } = this.#parts;
    const { maxSize, connections, proxyFrom, xclientFrom } = settings();
    Object.assign(this.#server.options, { size: maxSize, name: config().hostname, maxClients: connections });
    this.#trusted = trustOf(proxyFrom, xclientFrom);
    if (keys().certificate === this.#certificate) return;
    this.#server.renew(keys());
    this.#certificate = keys().certificate;
  }

  /** Gives the address free; connections go on. */
  unlisten(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.server.close();
      setImmediate(resolve);
    });
  }

  /** No new connection; 421 to everybody who is not in the middle of DATA, to those afterwards or after `ms`. */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(resolve));
    this.#dismiss((peer) => !peer?.receiving);
    if ([...this.#peers.values()].some((peer) => peer.receiving)) await this.#drain(ms);
    this.#dismiss(() => true);
    for (const connection of this.#server.conversations) connection.close();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 200))]);
    for (const [id, peer] of this.#peers) this.#leave(id, peer);
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
    for (const connection of this.#server.conversations) {
      if (which(this.#peers.get(connection.session.id))) connection.send(421, DOWN);
    }
  }

  #handlers(): Pick<
    Server['options'],
    'onConnect' | 'onSecure' | 'onAuth' | 'onMailFrom' | 'onRcptTo' | 'onData' | 'onClose'
  > {
    return {
      onConnect: (session, done) =>
        void this.#connect(session).then((stays) => stays && done(), this.#refuse(session, done)),
      onSecure: (_socket, session, done) => {
        this.#offer(session);
        done();
      },
      onAuth: (auth, session, done) =>
        void this.#auth(auth, session).then((user) => done(null, { user }), this.#refuse(session, done)),
      onMailFrom: (address, session, done) =>
        void this.#mail(address, session).then(() => done(), this.#refuse(session, done)),
      onRcptTo: (address, session, done) =>
        void this.#recipient(address, session).then(() => done(), this.#refuse(session, done)),
      onData: (stream, session, done) =>
        void this.#data(stream, session).then((text) => done(null, text), this.#refuse(session, done)),
      onClose: (session) => this.#close(session),
    };
  }

  /** The reply to a command that failed; with some the connection ends, and nothing that came behind is heard. */
  #refuse(session: SMTPServerSession, done: Done): (error: unknown) => void {
    return (error) => {
      const refusal = trouble(error);
      const conversation = this.#server.conversation(session.id);
      if (conversation) conversation.hangUp = refusal.hangUp;
      if (refusal.cause)
        this.#parts.log.error({ err: refusal.cause }, 'a client was put off for trouble of our own');
      done(refusal);
    };
  }

  /** @returns false where there is nobody to be greeted */
  async #connect(session: SMTPServerSession): Promise<boolean> {
    const { meters } = this.#parts;
    const known = this.#peers.get(session.id);
    const peer = await meet(this.#parts, session, known?.icid);
    const conversation = this.#server.conversation(session.id);
    if (!conversation) return false;
    if (known) this.#leave(session.id, known);
    this.#peers.set(session.id, peer);
    const open = count(meters.open, peer.ip, 1);
    return this.#told.judge('connect', session, peer, () => {
      const { drop } = admit(this.#parts, peer, open);
      if (!drop) return this.#offer(session);
      this.#told.tell('connect', session, peer, [dropped(peer)]);
      conversation.drop();
      return false;
    });
  }

  /** What EHLO says to this client. */
  #offer(session: SMTPServerSession): boolean {
    const { settings, login } = this.#parts;
    const peer = this.#peers.get(session.id);
    if (!peer) return false;
    const { policy, maxSize } = peer;
    this.#server.conversation(session.id)?.offer({
      size: maxSize,
      recipients: policy.recipientsPerMessage,
      startTls: settings().tls !== 'none' && policy.tls !== 'off',
      auth: session.secure && policy.auth !== 'off' && login !== undefined,
    });
    return true;
  }

  #peer(session: SMTPServerSession): Peer {
    const peer = this.#peers.get(session.id);
    if (!peer) throw new Refusal(421, '4.3.0 Local trouble, try again later.');
    return peer;
  }

  async #auth(auth: SMTPServerAuthentication, session: SMTPServerSession): Promise<string> {
    const peer = this.#peer(session);
    return this.#told.judge('auth', session, peer, () => logIn(this.#parts, auth, session, peer));
  }

  async #mail(address: SMTPServerAddress, session: SMTPServerSession): Promise<void> {
    if (this.#stopping) throw new Refusal(421, DOWN);
    const peer = this.#peer(session);
    this.#told.flush(session, peer);
    const about = { sender: address.address };
    await this.#told.judge(
      'mail',
      session,
      peer,
      () => checkMail(this.#parts, address, session, peer),
      about,
    );
    peer.refused.sender = address.address;
  }

  async #recipient(address: SMTPServerAddress, session: SMTPServerSession): Promise<void> {
    const peer = this.#peer(session);
    const asked = address.address;
    try {
      checkRecipient(this.#parts, address, session, peer);
    } catch (error) {
      // Unknown recipients have a limit of their own.
      const conversation = this.#server.conversation(session.id);
      if (conversation) conversation.errors--;
      throw this.#told.recipient(peer, asked, error);
    }
  }

  async #data(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const { config, begin, limits } = this.#parts;
    const peer = this.#peer(session);
    peer.messages++;
    peer.receiving = true;
    const { maxSize } = peer;
    const conversation = this.#server.conversation(session.id);
    const stopWatch = watchData(stream, maxSize, limits, () => conversation?.cut());
    try {
      const envelope = await this.#envelope(session, peer);
      const { mid, sender } = envelope;
      const trace = { ...envelope, hostname: config().hostname, protocol: protocolOf(session) };
      const front = receivedHeader(trace);
      const about = { sender, mid, recipients: envelope.recipients.map((one) => one.address) };
      const take = (): Promise<void> => receive(stream, { front, maxSize, begin: () => begin(envelope) });
      await this.#told.judge('data', session, peer, take, about);
      if (conversation) conversation.errors = 0;
      return `2.0.0 ok:  Message ${mid} accepted`;
    } finally {
      stopWatch();
      this.#told.flush(session, peer);
      peer.receiving = false;
      setImmediate(() => this.#rest());
    }
  }

  /** Tells `stop` when the last DATA is over and answered. */
  #rest(): void {
    if (this.#drained && ![...this.#peers.values()].some((peer) => peer.receiving)) this.#drained();
  }

  async #envelope(session: SMTPServerSession, peer: Peer): Promise<Envelope> {
    const { clock, next } = this.#parts;
    const { mailFrom, rcptTo } = session.envelope;
    const sender = mailFrom ? parseMailbox(mailFrom.address, true) : undefined;
    return {
      ...factsOf(session, peer, this.#parts.settings().name),
      mid: next('mid'),
      at: clock(),
      sender: sender ? write(sender) : '',
      recipients: rcptTo.map(({ address }, rid) => ({ rid, address })),
      reverseDns: await peer.reverseDns,
      ...contentOf(session),
      ...journalOf(peer.policy),
    };
  }

  #close(session: SMTPServerSession): void {
    const peer = this.#peers.get(session.id);
    if (!peer) return;
    this.#told.flush(session, peer);
    this.#leave(session.id, peer);
  }

  #leave(id: string, peer: Peer): void {
    count(this.#parts.meters.open, peer.ip, -1);
    this.#peers.delete(id);
  }
}

type Trusted = Record<'proxyFrom' | 'xclientFrom', (ip: string) => boolean>;

const trustOf = (proxyFrom: string[], xclientFrom: string[]): Trusted => ({
  proxyFrom: inNetworks(proxyFrom),
  xclientFrom: inNetworks(xclientFrom),
});

const dropped = ({ group }: Peer): Refusal =>
  new Refusal(0, 'Connection closed without an answer (TCPREFUSE).', { by: `sender group ${group}` });
