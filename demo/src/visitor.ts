/** A person with a browser, as far as the wire can tell: keeps the session cookie, sends the page's origin. */
import { type Call, type ClientOptions, client } from '@sightline/api';

/** Options for `client` and `lines` that behave like a browser tab on `base`. */
export function visitor(base: string): ClientOptions {
  const jar = new Map<string, string>();
  return {
    base,
    headers: { origin: base },
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
      const res = await fetch(input, { ...init, headers });
      for (const cookie of res.headers.getSetCookie()) {
        const [name, value] = (cookie.split(';')[0] ?? '').split('=');
        if (name) jar.set(name, value ?? '');
      }
      return res;
    },
  };
}

/** `const call = visit(url); await call(logIn, …); await call(listDevices, …)` */
export const visit = (base: string): Call => client(visitor(base));
