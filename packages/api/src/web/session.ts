/** Sessions: an opaque secret in a cookie, its hash in the store. OWASP ASVS 5.0, 7.2 to 7.4. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const MINUTE = 60_000;
/** Without a request for so long, a session ends. */
export const IDLE_MS = 30 * MINUTE;
/** A session ends after this time in any case. */
export const ABSOLUTE_MS = 12 * 60 * MINUTE;
/** How stale the time of last use may be; spares a write for most requests. */
export const TOUCH_MS = MINUTE / 2;

/** 256 random bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
/** What is stored of a random secret; so long a secret needs no slow hash. */
export const hashed = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Whether two secrets are one, in a time that says nothing of where they differ. */
export const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(hashed(a)), Buffer.from(hashed(b)));

/** Whether a session with these times (epoch ms) still lives. */
export const isAlive = (session: { created: number; used: number }, now: number): boolean =>
  now - session.used < IDLE_MS && now - session.created < ABSOLUTE_MS;
