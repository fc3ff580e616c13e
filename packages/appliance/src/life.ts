/** The life of console, connector and tracking over a mail process. */
import type { Server } from 'node:http';
import type { Config, Endpoint } from '@sightline/api';
import { bracketed, closed, listen } from '@sightline/api/web/server';
import type { Logger } from 'pino';
import type { Conf } from './conf/conf.ts';
import type { MailSide } from './mta/side.ts';
import type { Carrier } from './queue/outbox.ts';
import { openSocket, socketOf } from './socket.ts';
import type { Track } from './track/track.ts';

export interface Appliance {
  /** Opens the listener and the console. Rejects with what to do when a port is taken. */
  start(): Promise<void>;
  /** Lets what is under way finish, then closes everything. */
  stop(): Promise<void>;
  /** Known after `start`. */
  readonly consoleUrl: string;
  /** Port of the first listener, known after `start`. */
  readonly smtpPort: number;
  /** One-time token for the first administrator; undefined when the console has been set up. */
  readonly setupToken: string | undefined;
  /** Endpoints of the console's API. */
  readonly endpoints: Endpoint[];
}

const HOUR_MS = 3_600_000;

export interface Living {
  dataDir: string;
  console: { host: string; port: number; publicUrl?: string };
  conf: Pick<Conf, 'live' | 'close'>;
  mail: MailSide;
  track: Pick<Track, 'prune' | 'close'>;
  connector: { apply(config: Config): void; stop(): Promise<void> };
  /** Begins to bring tracking events over. */
  carry(): Carrier;
  log: Logger;
  clock(): number;
  server: Server;
  /** For the command line of this machine. */
  commands: Server;
  /** Closed at the end. */
  stores: { close(): void }[];
  endpoints: Endpoint[];
  setupToken: string | undefined;
  listening(port: number): void;
}

/** Starts in an order in which each part finds what it needs, and stops in the other. */
export function life(parts: Living): Appliance {
  const { conf, track, mail, connector, server, commands, stores, log, clock } = parts;
  let prune: NodeJS.Timeout | undefined;
  let carrier: Carrier | undefined;
  let consoleUrl = '';
  const forget = (): void => {
    const { keepDays: days, maxBytes: bytes } = conf.live().tracking;
    track
      .prune(clock(), { days, bytes: bytes ?? undefined })
      .catch((error: unknown) => log.error({ err: error }, 'tracking not pruned'));
  };
  const start = async (): Promise<void> => {
    await mail.start();
    carrier = parts.carry();
    const port = await listen(server, parts.console, 'The console');
    parts.listening(port);
    consoleUrl = parts.console.publicUrl ?? `http://${bracketed(parts.console.host)}:${port}`;
    await openControl(commands, parts.dataDir, log);
    connector.apply(conf.live());
    prune = setInterval(forget, HOUR_MS);
    forget();
    announce(log, consoleUrl, parts.setupToken);
  };
  const stop = async (): Promise<void> => {
    clearInterval(prune);
    await Promise.all([closed(server), closed(commands)]);
    await connector.stop();
    await mail.stop();
    await carrier?.stop();
    await track.close();
    for (const store of stores) store.close();
    conf.close();
  };
  return {
    start: () =>
      start().catch(async (error: unknown) => {
        await stop();
        throw error;
      }),
    stop,
    get consoleUrl() {
      return consoleUrl;
    },
    get smtpPort() {
      return mail.port();
    },
    setupToken: parts.setupToken,
    endpoints: parts.endpoints,
  };
}

/** The address carries the token: it is worth nothing once the first administrator exists. */
function announce(log: Logger, url: string, setupToken: string | undefined): void {
  log.info({ url }, 'console open');
  if (setupToken !== undefined)
    log.warn({ setup: `${url}/setup?token=${setupToken}` }, 'not set up yet: open this address to begin');
}

/** Without it the appliance works too, only the command line does not reach it. */
async function openControl(server: Server, dataDir: string, log: Logger): Promise<void> {
  const path = socketOf(dataDir, 'control');
  if (path === undefined) log.warn({ dataDir }, 'path too long for a control socket: no command line');
  else await openSocket(server, path);
}
