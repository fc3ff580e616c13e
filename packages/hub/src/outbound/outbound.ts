/** Everything that this hub fetches from addresses that people entered goes through here. */
import { checkedMail, type DialDeps, dialer, systemResolve } from './dial.ts';
import { rules } from './range.ts';
import { type Send, type SendDeps, sender } from './send.ts';
import { type Web, type WebDeps, webs } from './web.ts';

export interface OutboundOptions extends Pick<SendDeps, 'enter' | 'userAgent'>, Omit<WebDeps, 'send'> {
  /** Networks inside which addresses may be, beyond the public ones: `10.0.0.0/8`. */
  allow: readonly string[];
  resolve?: DialDeps['resolve'] | undefined;
  connectMs?: number;
}

export interface Outbound {
  send: Send;
  webOf(key: string): Web;
  /** Addresses of a mail server that may be connected to. @throws `address_refused`, `connection_error` */
  mail(place: { host: string; port: number }): Promise<readonly string[]>;
  close(): void;
}

const CONNECT_MS = 3000;

export function outbound(options: OutboundOptions): Outbound {
  const deps: DialDeps = {
    rules: rules(options.allow),
    resolve: options.resolve ?? systemResolve,
    connectMs: options.connectMs ?? CONNECT_MS,
  };
  const dial = dialer(deps);
  const { send, close } = sender({ dial, enter: options.enter, userAgent: options.userAgent });
  return {
    send,
    close,
    webOf: webs({ send, clock: options.clock, random: options.random }),
    mail: (place) => checkedMail(deps, place),
  };
}
