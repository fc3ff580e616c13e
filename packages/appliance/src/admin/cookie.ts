/** The session cookie. Cookies do not tell ports apart, so each console has a name of its own. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

export interface SessionCookie {
  read(c: Context): string | undefined;
  write(c: Context, id: string): void;
  clear(c: Context): void;
}

/** `port` is asked at every request: it is known only when the console listens. */
export function sessionCookie(secure: boolean, port: () => number): SessionCookie {
  const name = (): string => `${secure ? '__Host-' : ''}sl_console_${port()}`;
  const attributes = { path: '/', httpOnly: true, sameSite: 'Lax', secure } as const;
  return {
    read: (c) => getCookie(c, name()),
    write: (c, id) => setCookie(c, name(), id, attributes),
    clear: (c) => void deleteCookie(c, name(), attributes),
  };
}
