/** What a listener is made of; plain types that its files share. */
import type { Config, Listener as Settings } from '@sightline/api';
import type { Logger } from 'pino';
import type { Head } from '../queue/message.ts';
import type { Pressure } from '../queue/pressure.ts';
import type { Dns } from './dns.ts';
import type { Login } from './login.ts';
import type { Sink } from './receive.ts';
import type { Refused } from './refused.ts';
import type { KeyPair } from './selfsigned.ts';
import type { Space } from './space.ts';
import type { Meters, Tables } from './tables.ts';

export interface SmtpLimits {
  /** Idle time of a connection, milliseconds. */
  idleMs: number;
  /** Until the next command is complete, milliseconds; the second when 80 % of the places are taken. */
  commandMs: number;
  hurriedMs: number;
  /** Whole time of one DATA, milliseconds, plus a second for each 10 kB of the size limit. */
  dataMs: number;
  /** Slowest DATA, bytes a second, after its first `slowMs`. */
  dataRate: number;
  slowMs: number;
  reverseDnsMs: number;
  /** Replies that tell of an error, in one session, before it ends. */
  errors: number;
  /** Failed logins in one session before it ends. */
  logins: number;
}

export const SMTP_LIMITS: SmtpLimits = {
  idleMs: 300_000,
  commandMs: 300_000,
  hurriedMs: 10_000,
  dataMs: 600_000,
  dataRate: 100,
  slowMs: 60_000,
  reverseDnsMs: 1500,
  errors: 20,
  logins: 3,
};

/** Facts of a message at DATA: what the queue keeps in front of its content. */
export type Envelope = Head;

export interface SharedParts {
  config(): Config;
  tables(): Tables;
  meters: Meters;
  /** Without it nobody can log in. */
  login: Login | undefined;
  dns: Dns;
  clock(): number;
  log: Logger;
  limits: SmtpLimits;
  space: Space;
  /** Of the queue and its next hops. */
  pressure: Pressure;
  next(name: 'mid' | 'icid'): number;
  begin(envelope: Envelope): Promise<Sink>;
  /** Blocklist entry that keeps a client out, as it is now. */
  blocklisted?(ip: string): { id: string } | undefined;
  /** Counts a refusal. */
  rejected(): void;
  /** Tells tracking of it. */
  refused: Refused;
}

export interface ListenerParts extends SharedParts {
  settings(): Settings;
  keys(): KeyPair;
}
