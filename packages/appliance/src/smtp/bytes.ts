const CR = 0x0d;
const LF = 0x0a;

/** Watches message bytes for what some server could take for another line end, and so for the end of the data. */
export interface Guard {
  /** Returns false for good once a bare CR, a bare LF or a NUL has come. */
  push(chunk: Buffer): boolean;
  /** The last byte may have been a CR without its LF. */
  end(): boolean;
}

export function createGuard(): Guard {
  let clean = true;
  let open = false; // the byte before was a CR
  return {
    push(chunk) {
      if (clean && chunk.length > 0) {
        clean = open === (chunk[0] === LF) && paired(chunk);
        open = chunk[chunk.length - 1] === CR;
      }
      return clean;
    },
    end: () => clean && !open,
  };
}

/** No NUL, every CR is followed by LF and every LF follows a CR; a CR at the very end is left open. */
function paired(chunk: Buffer): boolean {
  const { length } = chunk;
  for (let at = 0; at < length; at++) {
    const byte = chunk[at] as number;
    if (byte > CR) continue;
    if (byte === CR) {
      if (at + 1 < length && chunk[at + 1] !== LF) return false;
      at++;
    } else if (byte === 0 || (byte === LF && at > 0)) return false;
  }
  return true;
}
