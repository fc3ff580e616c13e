import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

const STATUS = /^[245]\.\d{1,3}\.\d{1,3} /;

/** smtp-server names an enhanced status by the code alone; a text that begins with one keeps its own. */
class Conversation extends SMTPConnection {
  /** The next reply is the last one; what the client has sent already is not heard. */
  hangUp = false;

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, typeof data === 'string' && STATUS.test(data) ? false : context);
    if (this.hangUp) this.close();
  }
}

export class Server extends SMTPServer {
  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new Conversation(this, socket, options);
    this.connections.add(connection);
    connection.on('error', (error: Error) => this._onError(error));
    connection.on('connect', (data) => this._onClientConnect(data));
    connection.init();
  }

  /** The open conversation of a session. */
  conversation(id: string): Conversation | undefined {
    const all = [...this.connections] as Conversation[];
    return all.find((one) => one.session.id === id);
  }
}
