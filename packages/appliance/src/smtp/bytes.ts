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
        clean = chunk.indexOf(0) < 0 && paired(chunk, open);
        open = chunk[chunk.length - 1] === CR;
      }
      return clean;
    },
    end: () => clean && !open,
  };
}

/** Every CR is followed by LF and every LF follows a CR; a CR at the very end is left open. */
function paired(chunk: Buffer, open: boolean): boolean {
  if (open !== (chunk[0] === LF)) return false;
  for (let at = chunk.indexOf(LF, 1); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    if (chunk[at - 1] !== CR) return false;
  }
  for (let at = chunk.indexOf(CR); at >= 0 && at < chunk.length - 1; at = chunk.indexOf(CR, at + 1)) {
    if (chunk[at + 1] !== LF) return false;
  }
  return true;
}
