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
  // The last two bytes that went by; DATA begins like a line.
  let before = Buffer.of(CR, LF);
  let held = false;
  /** `CRLF . CR` went by: with LF next, the message is over. */
  let ending = false;
  let over = false;
  return {
    push(chunk) {
      over ||= ending && chunk[0] === LF;
      if (over || chunk.length === 0) return chunk;
      const all = held ? Buffer.concat([Buffer.of(DOT), chunk]) : chunk;
      const gone: number[] = [];
      held = false;
      ending = false;
      for (const at of leading(all, before)) {
        const next = all[at + 1];
        held = next === undefined;
        ending = next === CR && at + 2 === all.length;
        over = next === CR && all[at + 2] === LF;
        if (over) break;
        if (next !== DOT && next !== CR) gone.push(at);
      }
      if (!held) before = Buffer.concat([before, all.subarray(-2)]).subarray(-2);
      else if (all.length > 1) before = Buffer.of(CR, LF);
      return without(all, gone);
    },
  };
}

/** Places of the dots that begin a line. */
function* leading(all: Buffer, before: Buffer): Generator<number> {
  if (all[0] === DOT && before[0] === CR && before[1] === LF) yield 0;
  for (let at = all.indexOf('\n.'); at >= 0; at = all.indexOf('\n.', at + 1))
    if ((at > 0 ? all[at - 1] : before[1]) === CR) yield at + 1;
}

function without(all: Buffer, gone: readonly number[]): Buffer {
  if (gone.length === 0) return all;
  const bounds = [-1, ...gone, all.length];
  return Buffer.concat(bounds.slice(1).map((to, i) => all.subarray((bounds[i] as number) + 1, to)));
}
