/** The session cookie. OWASP ASVS 5.0, 3.3. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { ABSOLUTE_MS } from './session.ts';

export interface SessionCookie {
  read(c: Context): string | undefined;
  write(c: Context, secret: string): void;
  clear(c: Context): void;
}

/**
 * Cookies do not tell ports apart, so each program has a name of its own (`name`, asked at every request: its port
 * is known only when it listens). `__Host-` wherever the browser allows it.
 */
export function sessionCookie(name: () => string, isHttps: () => boolean): SessionCookie {
  const full = (): string => `${isHttps() ? '__Host-' : ''}${name()}`;
  const attributes = () => ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps() }) as const;
  return {
    read: (c) => getCookie(c, full()),
    write: (c, secret) => setCookie(c, full(), secret, { ...attributes(), maxAge: ABSOLUTE_MS / 1000 }),
    clear: (c) => void deleteCookie(c, full(), attributes()),
  };
}
