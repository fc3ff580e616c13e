/** A message as it leaves: with the Authentication-Results field of our own, without those that only claim to be. */
import { authservIdOf, type Config } from '@sightline/api';
import { claims, isAuthResults } from '../scan/authres.ts';
import type { Head } from './message.ts';
import { type Content, read } from './spool.ts';

export interface Leaving {
  /** Bytes, at most: what is taken out counts as well (RFC 1870 takes an estimate). */
  size: number;
  /** All of it, where it is in memory. */
  bytes?: Buffer[];
  chunks(): AsyncIterable<Buffer>;
}

type Whole = Content & { head: Pick<Head, 'direction' | 'user'> };

/** @param authResults the field that is put in front */
export function leavingOf(content: Whole, authResults: string | null, config: Config): Leaving {
  const front = authResults ? [Buffer.from(authResults, 'latin1')] : [];
  const size = content.end - content.start + (front[0]?.length ?? 0);
  const id = config.engines.authentication.header && isOutside(content.head) ? authservIdOf(config) : '';
  const { bytes } = content;
  const chunks = (): AsyncIterable<Buffer> => pieces(content, front, id);
  return bytes
    ? { size, bytes: [...front, ...(id ? cleaned(bytes, id) : [bytes])], chunks }
    : { size, chunks };
}

/** Our own servers may hand on what we told them; others only claim it. */
const isOutside = ({ direction, user }: Whole['head']): boolean => direction === 'incoming' || Boolean(user);

async function* pieces(content: Content, front: Buffer[], id: string): AsyncGenerator<Buffer> {
  yield* front;
  const border = id === '' ? undefined : createBorder(id);
  for await (const chunk of read(content)) yield* border ? border.push(chunk as Buffer) : [chunk as Buffer];
  if (border) yield* border.end();
}

function cleaned(bytes: Buffer, id: string): Buffer[] {
  const end = bytes.indexOf('\r\n\r\n');
  const header = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  if (!/^authentication-results[ \t]*:/im.test(header)) return [bytes];
  const border = createBorder(id);
  return [...border.push(bytes), ...border.end()];
}

const LF = 0x0a;
/** A longer field is nobody's, and so is a longer line no name. */
const LONGEST = 64 * 1024;

interface Border {
  push(chunk: Buffer): Buffer[];
  end(): Buffer[];
}

/** Takes fields out of the header that claim to be ours; every other byte goes through. */
export function createBorder(authservId: string): Border {
  let inHeader = true;
  /** The beginning of a line whose end has not come. */
  let rest: Buffer = Buffer.alloc(0);
  /** That line is longer than what is looked at: it goes where its beginning went. */
  let inLine = false;
  /** The field that is being read, if it is one to judge. */
  let field: Buffer[] | undefined;

  const judged = (): Buffer[] => {
    const whole = field ? Buffer.concat(field) : Buffer.alloc(0);
    field = undefined;
    if (whole.length === 0 || whole.length > LONGEST || claims(whole.toString('latin1'), authservId))
      return [];
    return [whole];
  };
  const take = (line: Buffer): Buffer[] => {
    const out: Buffer[] = [];
    if (!inLine && !isContinued(line)) {
      out.push(...judged());
      inHeader = !isEmpty(line);
      if (isAuthResults(line.toString('latin1', 0, 256))) field = [];
    }
    inLine = line[line.length - 1] !== LF;
    if (!field) out.push(line);
    else if (sizeOf(field) <= LONGEST) field.push(line);
    return out;
  };
  return {
    push(chunk) {
      if (!inHeader) return [chunk];
      let bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const out: Buffer[] = [];
      while (inHeader) {
        const end = bytes.indexOf(LF) + 1;
        if (end === 0 && bytes.length < LONGEST) break;
        out.push(...take(end === 0 ? bytes : bytes.subarray(0, end)));
        bytes = end === 0 ? Buffer.alloc(0) : bytes.subarray(end);
      }
      rest = inHeader ? bytes : Buffer.alloc(0);
      return inHeader || bytes.length === 0 ? out : [...out, bytes];
    },
    end() {
      const last = rest.length > 0 ? take(rest) : [];
      return [...last, ...judged()];
    },
  };
}

const isContinued = (line: Buffer): boolean => line[0] === 0x20 || line[0] === 0x09;
const isEmpty = (line: Buffer): boolean => line[0] === LF || (line[0] === 0x0d && line[1] === LF);
const sizeOf = (list: Buffer[]): number => list.reduce((sum, one) => sum + one.length, 0);
