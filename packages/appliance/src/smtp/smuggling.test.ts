import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gate, gateConfig, startGate } from './testgate.ts';

let gate: Gate;
beforeAll(async () => {
  gate = await startGate(
    gateConfig({
      flowPolicies: [
        { name: 'ACCEPTED', messagesPerConnection: 100_000 },
        { name: 'RELAYED' },
        { name: 'TRUSTED' },
        { name: 'BLOCKED' },
        { name: 'THROTTLED' },
      ],
    }),
  );
});
afterAll(() => gate.stop());

interface Expected {
  /** What the message is, undefined where it is to be refused. */
  content: string | undefined;
}

/** RFC 5321 sections 4.1.1.4 and 4.5.2, and nothing but CRLF is a line end. */
function model(stream: string): Expected {
  const whole = `\r\n${stream}`;
  const end = whole.indexOf('\r\n.\r\n');
  const raw = whole.slice(0, end + 2);
  const bare = /[\r\n]/.test(raw.replaceAll('\r\n', ''));
  return { content: bare ? undefined : raw.replaceAll('\r\n.', '\r\n').slice(2) };
}

const piece = fc.constantFrom(
  ...['\r', '\n', '\r\n', '.', '..', 'a', '\r\n.', '\r\n.a', '\r\n..', '.\r\n', '\n.\n', '\r.\r'],
);

it('a message ends where the standard says and nowhere else, however the network cuts it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.nat(40), { maxLength: 4 }),
      async (pieces, cuts) => {
        const stream = `${pieces.join('')}\r\n.\r\n`;
        const expected = model(stream);
        gate.taken.length = 0;
        const client = gate.client();
        await client.toData();
        let at = 0;
        for (const cut of [...cuts].sort((a, b) => a - b)) {
          if (cut <= at || cut >= stream.length) continue;
          client.socket.write(stream.slice(at, cut));
          at = cut;
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        client.socket.write(stream.slice(at));
        expect(await client.reply()).toMatch(expected.content === undefined ? /^550 5\.6\.0 / : /^250 /);
        client.end();
        const bodies = gate.taken.map(({ bytes }) =>
          bytes.toString().replace(/^Received: [^\n]*\n\t[^\n]*\n/, ''),
        );
        expect(bodies).toEqual(expected.content === undefined ? [] : [expected.content]);
      },
    ),
    {
      numRuns: 60,
      examples: [
        [['\r\n.', 'a'], []],
        [
          ['.', 'a', '\r\n.', 'b', '\r\n..', 'c'],
          [1, 5],
        ],
      ],
    },
  );
}, 120_000);
