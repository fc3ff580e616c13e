/** Whether so many milliseconds have passed since the call. */
export function after(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() > until;
}
