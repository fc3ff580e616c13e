/** One JSON object a line, each sent as soon as it is there. */

/**
 * An answer that writes what `lines` yields at the speed of its reader. When the reader goes away, the signal that
 * `lines` was handed is aborted.
 */
export function ndjson(lines: (signal: AbortSignal) => AsyncIterable<unknown>): Response {
  const stop = new AbortController();
  const iterator = lines(stop.signal)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      },
      cancel: () => stop.abort(new Error('the reader has gone')),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}
