/** Bytes of an SMTP conversation seen from the client: replies taken from the stream, message bytes put into it. */

/** A reply as it came (RFC 5321 section 4.2): its lines without line ends. */
export interface Raw {
  code: number;
  lines: string[];
}

const LONGEST_LINE = 4096;
const MOST_LINES = 200;

export class WireFault extends Error {
  override name = 'WireFault';
}

/** Reads replies out of pieces. */
export function createReplies(): { push(piece: Buffer): Raw[]; pending(): boolean } {
  let rest = '';
  let lines: string[] = [];
  const take = (line: string, done: Raw[]): void => {
    const found = /^(\d{3})([ -]|$)/.exec(line);
    if (!found) throw new WireFault(`The next hop does not speak SMTP: ${line.slice(0, 80)}`);
    lines.push(line);
    if (lines.length > MOST_LINES) throw new WireFault('The next hop answers without end.');
    if (found[2] === '-') return;
    done.push({ code: Number(found[1]), lines });
    lines = [];
  };
  return {
    push(piece) {
      const done: Raw[] = [];
      const parts = (rest + piece.toString('utf8')).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new WireFault('The next hop answers with an endless line.');
      for (const part of parts) take(part.replace(/\r$/, ''), done);
      return done;
    },
    pending: () => rest !== '' || lines.length > 0,
  };
}

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/**
 * Makes message bytes ready for DATA (RFC 5321 section 4.5.2): dots doubled, the end on a line of its own. A bare CR
 * or LF, which some server could take for a line end, becomes a whole one: nothing can be smuggled out.
 */
export function createStuffing(): { push(chunk: Buffer): Buffer; end(): Buffer } {
  // What the bytes so far end with; a message begins as if behind a line end.
  let last = LF;
  return {
    push(chunk) {
      if (chunk.length === 0) return chunk;
      const fine = last !== CR && !(last === LF && (chunk[0] === DOT || chunk[0] === LF)) && isFine(chunk);
      const before = last;
      last = chunk[chunk.length - 1] ?? LF;
      return fine ? chunk : stuff(chunk, before);
    },
    end() {
      const open = last === CR ? '\n' : last === LF ? '' : '\r\n';
      return Buffer.from(`${open}.\r\n`);
    },
  };
}

/** Whether nothing in it has to be changed; a CR at the very end is left to what follows. */
function isFine(chunk: Buffer): boolean {
  const { length } = chunk;
  for (let at = 0; at < length; at++) {
    const byte = chunk[at] as number;
    if (byte > CR) continue;
    if (byte === LF) return false;
    if (byte !== CR) continue;
    if (chunk[at + 1] !== LF || chunk[at + 2] === DOT) return false;
    at++;
  }
  return true;
}

/** The slow way, byte by byte. `before` is the last byte of the chunk before; a CR there was sent already. */
function stuff(chunk: Buffer, before: number): Buffer {
  const out = Buffer.alloc(chunk.length * 2 + 2);
  let to = 0;
  let previous = before;
  for (const byte of chunk) {
    if (previous === CR && byte !== LF) {
      out[to++] = LF;
      previous = LF;
    }
    if (byte === LF && previous !== CR) out[to++] = CR;
    if (byte === DOT && previous === LF) out[to++] = DOT;
    out[to++] = byte;
    previous = byte;
  }
  return out.subarray(0, to);
}
