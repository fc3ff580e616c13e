/** The one structured log: JSON lines with ISO times, and nothing in them that lets anybody in. */
import { type Logger, pino } from 'pino';

const SECRET = ['password', 'token', 'secret', 'proof', 'cookie', 'authorization', 'setupToken'];

/** @param name of the program */
export const makeLog = (level: string, name = 'appliance'): Logger =>
  pino({
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '(hidden)' },
  });
