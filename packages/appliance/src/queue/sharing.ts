/** Runs `work` for all who asked before it began: whoever comes while it runs shares the next run. */
export function sharing(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (next) return next;
    const mine = last
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return work();
      });
    next = mine;
    last = mine;
    return mine;
  };
}
