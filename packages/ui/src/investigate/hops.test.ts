import { describe, expect, it } from 'vitest';
import { hopsOf } from './hops.ts';

describe('the way of a message', () => {
  it('goes from the sender to us, whatever is folded', () => {
    const header = [
      'Received: from mx.b.example (mx.b.example [192.0.2.7])',
      '\tby esa03.example.com with ESMTPS id 8;',
      ' Mon, 30 Nov 2026 09:00:00 +0000',
      'Subject: received: not a hop',
      'received: by mx.b.example (Postfix); Mon, 30 Nov 2026 08:59:59 +0000',
      '',
    ].join('\r\n');
    expect(hopsOf(header)).toEqual([
      { from: '', by: 'mx.b.example', at: 'Mon, 30 Nov 2026 08:59:59 +0000' },
      {
        from: 'mx.b.example (mx.b.example [192.0.2.7])',
        by: 'esa03.example.com',
        at: 'Mon, 30 Nov 2026 09:00:00 +0000',
      },
    ]);
  });

  it('is read in time that grows with its length', () => {
    const start = performance.now();
    hopsOf(`Received: from ${'('.repeat(200_000)}\r\nReceived: ${'by '.repeat(100_000)}`);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
