/** smtp-server with what it does not have: exact line ends, limits of each client, an end to patience. */
import { constants, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { createGuard, type Guard } from './bytes.ts';
import { createDots, type Dots } from './dots.ts';
import { plainIp } from './network.ts';
import { type Taken, takeProxy } from './proxied.ts';
import type { KeyPair } from './selfsigned.ts';

const STATUS = /^[245]\.\d{1,3}\.\d{1,3} /;

/** What one client is offered. */
export interface Offer {
  size: number;
  recipients: number;
  startTls: boolean;
  auth: boolean;
}

export interface ServerRules {
  /** Replies of 4yz and 5yz in one session, those to RCPT left out. */
  errors: number;
  /** Time until the next command, milliseconds; when most places are taken, the second. */
  commandMs: number;
  hurriedMs: number;
  /** Whether what this peer says of its clients is to be believed. */
  trusts(option: 'proxyFrom' | 'xclientFrom', ip: string): boolean;
}

const HIDDEN_COMMANDS = ['WIZ', 'SHELL', 'KILL', 'EXPN', 'HELP', 'XFORWARD'];

/** Parameters of MAIL and RCPT that we know; AUTH (RFC 4954 section 5) is passed over. */
const MAIL_PARAMETERS = ['SIZE', 'BODY', 'SMTPUTF8', 'RET', 'ENVID', 'AUTH'];
const RCPT_PARAMETERS = ['NOTIFY', 'ORCPT'];

/** smtp-server names an enhanced status by the code alone; a text that begins with one keeps its own. */
export class Conversation extends SMTPConnection {
  /** The next reply is the last one; what the client has sent already is not heard. */
  hangUp = false;
  /** Replies that told of an error. */
  errors = 0;
  /** Since when the client owes us something (`performance.now`). */
  since: number = performance.now();
  readonly #rules: ServerRules;
  /** XCLIENT was taken: the next greeting is for another client. */
  #forwarded = false;
  #greeting = false;

  constructor(server: Server, socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null) {
    super(server, socket, options);
    this.#rules = server.rules;
    // Options of its own, on top of those of all: what this client is offered.
    this._server = Object.assign(Object.create(server) as Server, { options: Object.create(server.options) });
  }

  offer({ size, recipients, startTls, auth }: Offer): void {
    Object.assign(this._server.options, {
      size,
      maxRecipients: recipients,
      authMethods: auth ? ['PLAIN', 'LOGIN'] : [],
      disabledCommands: startTls ? HIDDEN_COMMANDS : [...HIDDEN_COMMANDS, 'STARTTLS'],
    } satisfies SMTPServerOptions);
  }

  /** Ends the connection without a word. */
  drop(): void {
    this._socket.destroy();
  }

  /** The last reply: nothing that has come or comes is heard. */
  farewell(code: number, text: string): void {
    this.hangUp = true;
    this.send(code, text);
  }

  /** In the middle of DATA nobody listens to a reply for long. */
  cut(): void {
    this.send(421, '4.4.2 The message takes too long.');
    this._socket.destroySoon();
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, typeof data === 'string' && STATUS.test(data) ? false : context);
    if (this.hangUp) this.close();
    else if (code >= 400 && ++this.errors === this.#rules.errors)
      this.farewell(421, '4.7.0 Too many errors.');
  }

  /** A client that sends a byte now and then is never idle, and still keeps a place from others. */
  impatient(now: number, hurry: boolean): void {
    const reading = this._parser === false ? false : this._parser._dataMode;
    if (this._handlerPending || this._dataStream || reading) this.since = now;
    else if (now - this.since > (hurry ? this.#rules.hurriedMs : this.#rules.commandMs))
      this.farewell(421, '4.4.2 Timeout: no command came in time.');
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    this.since = performance.now();
    super._onCommand(command, callback);
  }

  /** Called by the constructor of smtp-server: fields of this class are used later only. */
  override _createParser(): SMTPStream {
    const parser = super._createParser();
    const write = parser._write.bind(parser);
    let guard: Guard | undefined;
    let dots: Dots | undefined;
    parser._write = (chunk, encoding, next) => {
      if (parser._dataMode) {
        guard = undefined;
        if (this.#early(chunk)) return next();
        dots ??= createDots();
        return write(dots.push(chunk), encoding, next);
      }
      dots = undefined;
      guard ??= createGuard();
      if (guard.push(chunk) || this._upgrading || parser.isClosed) return write(chunk, encoding, next);
      this.farewell(500, '5.5.2 A bare CR, a bare LF or a NUL is not allowed in a command.');
      next();
    };
    return parser;
  }

  #waiting = false;

  /** A message may not come before the 354: who guesses what we say may hide commands in it (RFC 2920). */
  #early(chunk: Buffer): boolean {
    if (!this.#waiting || chunk.length === 0) return false;
    this.#waiting = false;
    this.farewell(503, '5.5.0 The message came before it was asked for.');
    return true;
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    this.#waiting = true;
    // What was in the same packet as DATA is handed on before this runs.
    queueMicrotask(() => {
      this.#waiting = false;
    });
    super.handler_DATA(command, callback);
  }

  /** Parameters of a MAIL that was refused say nothing about the next one. */
  override _applyMailParams(parsed: Parameters<SMTPConnection['_applyMailParams']>[0]): void {
    Object.assign(this.session.envelope, {
      bodyType: '7bit',
      smtpUtf8: false,
      dsn: { ret: null, envid: null },
    });
    super._applyMailParams(parsed);
  }

  /** What is not known cannot be done (RFC 5321 section 4.1.1.11): a message that needs it must not go without. */
  override _rejectInvalidParams(...given: Parameters<SMTPConnection['_rejectInvalidParams']>): boolean {
    const [{ args }, keys, callback] = given;
    const known = keys.includes('SIZE') ? MAIL_PARAMETERS : RCPT_PARAMETERS;
    const strange = Object.keys(args || {}).find((name) => !known.includes(name));
    if (strange === undefined) return super._rejectInvalidParams(...given);
    this.send(555, `5.5.4 The parameter ${strange.replace(/[^\w-]/g, '?').slice(0, 40)} is not known.`);
    callback();
    return true;
  }

  /** A size that is too large is refused by the listener, which tells tracking. */
  override _validateMailParams(
    parsed: Parameters<SMTPConnection['_validateMailParams']>[0],
  ): ReturnType<SMTPConnection['_validateMailParams']> {
    const size = parsed.args ? parsed.args.SIZE : undefined;
    if (typeof size !== 'string' || !/^\d{1,20}$/.test(size)) return super._validateMailParams(parsed);
    return super._validateMailParams({ ...parsed, args: { ...parsed.args, SIZE: '0' } });
  }

  override _proxyCommandAllowed(_command: string, option: 'useXClient' | 'useXForward'): boolean {
    const trusted = this.#rules.trusts('xclientFrom', plainIp(this._originalRemoteAddress));
    return option === 'useXClient' && trusted && !this._xClient.has('ADDR');
  }

  override handler_XCLIENT(command: Buffer, callback: () => void): void {
    this.#forwarded = true;
    this.#greeting = false;
    super.handler_XCLIENT(command, () => {
      this.#forwarded = false;
      if (!this.#greeting) return callback();
      this._server.onConnect(this.session, (error) => {
        if (error) this._refuse(error, false);
        else super._sendGreeting();
        callback();
      });
    });
  }

  /** The client that a proxy speaks for is judged before it is greeted. */
  override _sendGreeting(): void {
    if (this.#forwarded) this.#greeting = true;
    else super._sendGreeting();
  }
}

export class Server extends SMTPServer {
  readonly rules: ServerRules;
  readonly #sweep: NodeJS.Timeout;

  constructor(options: SMTPServerOptions, rules: ServerRules, keys: KeyPair) {
    super({ ...options, ...tlsOptions(keys), disabledCommands: HIDDEN_COMMANDS });
    this.rules = rules;
    this.#sweep = setInterval(() => this.#impatient(), Math.min(1000, rules.commandMs / 2));
    this.#sweep.unref();
    this.server.once('close', () => clearInterval(this.#sweep));
  }

  /** Connections that are open go on with the certificate that they have. */
  renew(keys: KeyPair): void {
    this.updateSecureContext(tlsOptions(keys));
  }

  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new Conversation(this, socket, options);
    this.connections.add(connection);
    connection.on('error', (error: Error) => this._onError(error));
    connection.on('connect', (data) => this._onClientConnect(data));
    connection.init();
  }

  override _expectsProxyHeader(socket: Socket): boolean {
    return this.rules.trusts('proxyFrom', plainIp(socket.remoteAddress ?? ''));
  }

  /** Version 1 is smtp-server's; version 2 is ours. */
  override _handleProxy(...[socket, callback]: Parameters<SMTPServer['_handleProxy']>): void {
    const text = (): void => super._handleProxy(socket, callback);
    if (this._expectsProxyHeader(socket))
      takeProxy(socket, (taken) => proxied(socket, taken, text, callback));
    else text();
  }

  get conversations(): Conversation[] {
    return [...this.connections] as Conversation[];
  }

  /** The open conversation of a session. */
  conversation(id: string): Conversation | undefined {
    for (const one of this.connections as Set<Conversation>) if (one.session.id === id) return one;
    return undefined;
  }

  #impatient(): void {
    const now = performance.now();
    const hurry = this.connections.size > 0.8 * (this.options.maxClients ?? Number.POSITIVE_INFINITY);
    for (const one of this.conversations) one.impatient(now, hurry);
  }
}

function proxied(
  socket: Socket,
  taken: Taken,
  text: () => void,
  callback: Parameters<SMTPServer['_handleProxy']>[1],
): void {
  if (taken.kind === 'binary') {
    const { client } = taken;
    const id = randomBytes(10).toString('hex');
    callback(null, client ? { id, remoteAddress: client.ip, remotePort: client.port } : { id });
  } else if (taken.kind === 'text') {
    // A socket whose last reader has just gone tells the next one nothing before the next tick.
    process.nextTick(text);
  } else {
    socket.on('error', () => undefined);
    socket.destroy();
    callback(new Error('The PROXY header cannot be read.'));
  }
}

const tlsOptions = ({ certificate, privateKey }: KeyPair): SMTPServerOptions => ({
  cert: certificate,
  key: privateKey,
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
});
