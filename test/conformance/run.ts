/**
 * `npm run conformance -- relay --path DIR`: programs that others published for Cisco Threat Response, run for real
 * beside a hub. What came of it is a table in docs/compatibility.md.
 */
import { parseArgs } from 'node:util';
import { relays } from './relay.ts';

const USAGE = `Usage: npm run conformance -- relay --path DIR

  relay   Starts published relay modules on loopback and asks them through a hub. DIR holds checkouts of them, or is one:
            git clone https://github.com/CiscoSecurity/tr-05-serverless-abuseipdb
          and likewise tr-05-serverless-urlscanio, tr-05-serverless-cybercrime-tracker, tr-05-serverless-relay.
          Needs openssl, and python3 with flask, requests, marshmallow, jwt, authlib, cryptography and bs4
          (Debian: python3-flask python3-requests python3-marshmallow python3-jwt python3-authlib python3-bs4). Another
          Python is named by PYTHON=/usr/bin/python3.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { path: { type: 'string' } },
});
if (positionals[0] === 'relay' && values.path) {
  const good = await relays(values.path);
  process.exit(good ? 0 : 1);
}
console.error(USAGE);
process.exit(2);
