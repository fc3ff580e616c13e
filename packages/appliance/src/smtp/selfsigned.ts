/** A self-signed certificate (RFC 5280), so that mail is encrypted on its way in before anybody bought one. */
import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { domainToASCII } from 'node:url';

export interface KeyPair {
  /** PEM. */
  certificate: string;
  /** PEM. */
  privateKey: string;
}

const YEARS = 10;
const DAY_MS = 86_400_000;

/** The one in the file; a new one is made and kept where there is none, or it is over soon. */
export async function keptSelfSigned(path: string, hostname: string, now: number): Promise<KeyPair> {
  const kept = await readFile(path, 'utf8').then(read, () => undefined);
  if (kept && new X509Certificate(kept.certificate).validToDate.getTime() > now + 30 * DAY_MS) return kept;
  const made = selfSigned(hostname, now);
  await writeFile(`${path}.new`, made.privateKey + made.certificate, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}

function read(text: string): KeyPair | undefined {
  const at = text.indexOf('-----BEGIN CERTIFICATE-----');
  return at > 0 ? { privateKey: text.slice(0, at), certificate: text.slice(at) } : undefined;
}

/** @param now epoch milliseconds; the certificate counts from a day before, for clocks that are slow */
export function selfSigned(hostname: string, now: number): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ascii = domainToASCII(hostname).slice(0, 253);
  const name = /^[a-z0-9_.-]+$/.test(ascii) ? ascii : 'localhost';
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(positive(randomBytes(16))),
    ECDSA_SHA256,
    commonName(name),
    sequence(time(now - DAY_MS), time(now + YEARS * 365 * DAY_MS)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(alternativeName(name), keyId(publicKey.export({ type: 'spki', format: 'der' })))),
  );
  const der = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, privateKey)));
  const base64 = der.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

// DER (ITU-T X.690): tag, length, content.
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const bits = (bytes: Buffer): Buffer => tagged(0x03, Buffer.from([0]), bytes);
const octets = (...parts: Buffer[]): Buffer => tagged(0x04, ...parts);
const oid = (...bytes: number[]): Buffer => tagged(0x06, Buffer.from(bytes));

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);

// A common name has room for 64 characters; the whole name is in the alternative name.
const commonName = (name: string): Buffer =>
  sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(name.slice(0, 64))))));

const alternativeName = (name: string): Buffer =>
  sequence(oid(0x55, 0x1d, 0x11), octets(sequence(tagged(0x82, Buffer.from(name)))));

const keyId = (spki: Buffer): Buffer =>
  sequence(oid(0x55, 0x1d, 0x0e), octets(octets(createHash('sha1').update(spki).digest())));

/** Not negative, and without a zero byte in front. */
function positive(bytes: Buffer): Buffer {
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** UTCTime until 2049, then GeneralizedTime (RFC 5280 section 4.1.2.5). */
function time(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')}`;
  return Number(text.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(text.slice(2)))
    : tagged(0x18, Buffer.from(text));
}
