/** The binary header of the PROXY protocol, version 2 (HAProxy's proxy-protocol.txt, section 2.2). Pure. */

/** What it begins with; no SMTP client and no version 1 header does. */
export const SIGNATURE: Buffer = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** Signature, version and command, family, length. */
const FIXED = 16;
/** Addresses and the additions (TLV) behind them, which are passed over. */
const LONGEST = 4096;

/** Whose connection it is; undefined: the proxy's own, or one whose addresses it does not know. */
export interface Client {
  ip: string;
  port: number;
}

export type Read = { bad: string } | { more: true } | { length: number; client: Client | undefined };

const bad = (why: string): Read => ({ bad: why });

/** Reads the header in front of `bytes`; `length` is where the session begins. */
export function readProxy(bytes: Buffer): Read {
  const known = Math.min(bytes.length, SIGNATURE.length);
  if (!bytes.subarray(0, known).equals(SIGNATURE.subarray(0, known))) return bad('no signature');
  if (bytes.length < FIXED) return { more: true };
  const [version, command] = [bytes.readUInt8(12) >> 4, bytes.readUInt8(12) & 0xf];
  const size = bytes.readUInt16BE(14);
  if (version !== 2) return bad(`version ${version}`);
  if (command > 1) return bad(`command ${command}`);
  if (size > LONGEST) return bad(`longer than ${LONGEST} bytes`);
  const length = FIXED + size;
  if (bytes.length < length) return { more: true };
  return command === 0 ? { length, client: undefined } : client(bytes, length);
}

function client(bytes: Buffer, length: number): Read {
  const addresses = bytes.subarray(FIXED, length);
  switch (bytes.readUInt8(13)) {
    case 0x11:
      if (addresses.length < 12) return bad('IPv4 addresses are cut off');
      return {
        length,
        client: { ip: [...addresses.subarray(0, 4)].join('.'), port: addresses.readUInt16BE(8) },
      };
    case 0x21:
      if (addresses.length < 36) return bad('IPv6 addresses are cut off');
      return { length, client: { ip: ipv6(addresses), port: addresses.readUInt16BE(32) } };
    case 0x00:
      return { length, client: undefined };
    default:
      return bad('not TCP over IPv4 or IPv6');
  }
}

/** In the form that addresses are compared in: RFC 5952, as the URL parser writes it. */
function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
