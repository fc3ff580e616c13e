/** Sends letters by SMTP, each from the address that its sender's server has. */
import { createTransport } from 'nodemailer';
import type { Letter } from './letter.ts';

export interface Sent {
  letter: Letter;
  /** The server's reply to the end of the data, or the reason why there was none. */
  reply: string;
  accepted: boolean;
}

/** Sends in order, `parallel` at a time, and says after each how far it is. */
export async function sendAll(
  letters: Letter[],
  to: { host: string; port: number },
  options: { parallel?: number; onSent?: (sent: Sent, done: number) => void } = {},
): Promise<Sent[]> {
  const results: Sent[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < letters.length; i = next++) {
      const sent = await send(letters[i] as Letter, to);
      results.push(sent);
      options.onSent?.(sent, results.length);
    }
  };
  await Promise.all(Array.from({ length: options.parallel ?? 4 }, worker));
  return results;
}

export async function send(letter: Letter, to: { host: string; port: number }): Promise<Sent> {
  const transport = createTransport({
    host: to.host,
    port: to.port,
    name: letter.helo,
    localAddress: letter.ip,
    ignoreTLS: true,
    connectionTimeout: 10_000,
    socketTimeout: 30_000,
  });
  try {
    const info = await transport.sendMail({ ...letter, messageId: `<${letter.messageId}>` });
    return { letter, reply: info.response, accepted: true };
  } catch (error) {
    return { letter, reply: error instanceof Error ? error.message : String(error), accepted: false };
  } finally {
    transport.close();
  }
}
