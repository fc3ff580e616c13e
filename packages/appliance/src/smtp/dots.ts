/**
 * A line of DATA that begins with a single dot and goes on loses the dot (RFC 5321 section 4.5.2). The parser of
 * smtp-server takes a dot away only before another one, so this takes away the others, in front of it.
 */
const [DOT, CR, LF] = [0x2e, 0x0d, 0x0a];

export interface Dots {
  /** The bytes for the parser; a dot at the end of a chunk is kept until it is known what follows. */
  push(chunk: Buffer): Buffer;
}

/** For one DATA phase. */
export function createDots(): Dots {
  /** The last two bytes that went by; DATA begins like a line. */
  let before: Two = [CR, LF];
  let held = false;
  /** Bytes of the end that were seen: after `.`, `.` CR, `.` CR LF. */
  let ending = 0;
  const follow = (byte: number): void => {
    if (ending === 1) ending = byte === CR ? 2 : 0;
    else if (ending === 2) ending = byte === LF ? 3 : 0;
  };
  return {
    push(chunk) {
      // Most chunks have no line that begins with a dot.
      if (!held && ending === 0 && !opens(chunk, before)) {
        before = lastTwo(chunk, before);
        return chunk;
      }
      const out: number[] = [];
      let from = 0;
      const all = held ? Buffer.concat([Buffer.of(DOT), chunk]) : chunk;
      held = false;
      for (let i = 0; i < all.length; i++) {
        const byte = all[i] as number;
        const starts = byte === DOT && ending !== 3 && before[0] === CR && before[1] === LF;
        if (starts && i + 1 === all.length) {
          held = true;
          return joined(all, out, from, i);
        }
        if (starts && all[i + 1] !== DOT && all[i + 1] !== CR) {
          out.push(from, i);
          from = i + 1;
        } else if (starts) ending = all[i + 1] === CR ? 1 : 0;
        else follow(byte);
        before = [before[1], byte];
      }
      return joined(all, out, from, all.length);
    },
  };
}

type Two = [number, number];

const opens = (chunk: Buffer, [cr, lf]: Two): boolean =>
  chunk.includes('\n.') || (chunk[0] === DOT && cr === CR && lf === LF);

const lastTwo = (chunk: Buffer, before: Two): Two =>
  chunk.length > 1
    ? [chunk.at(-2) as number, chunk.at(-1) as number]
    : ([...before, ...chunk].slice(-2) as Two);

/** The pieces whose bounds are in `cuts`, and the last one. */
function joined(all: Buffer, cuts: number[], from: number, to: number): Buffer {
  if (cuts.length === 0) return all.subarray(from, to);
  const pieces: Buffer[] = [];
  for (let i = 0; i < cuts.length; i += 2) pieces.push(all.subarray(cuts[i], cuts[i + 1]));
  return Buffer.concat([...pieces, all.subarray(from, to)]);
}
