/** The sources behind the relays: a proxy that answers in their place as their documentation says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

/** Hosts that are answered for. */
export const HOSTS = ['api.abuseipdb.com', 'www.abuseipdb.com', 'urlscan.io', 'cybercrime-tracker.net'];

const abuseReport = {
  data: {
    ipAddress: '198.51.100.9',
    isPublic: true,
    ipVersion: 4,
    isWhitelisted: false,
    abuseConfidenceScore: 100,
    countryCode: 'US',
    usageType: 'Data Center/Web Hosting/Transit',
    isp: 'Example',
    domain: 'example.net',
    totalReports: 1,
    numDistinctUsers: 1,
    lastReportedAt: '2026-11-20T20:55:14+00:00',
    reports: [
      {
        reportedAt: '2026-11-20T20:55:14+00:00',
        comment: 'Failed password',
        categories: [18, 22],
        reporterId: 1,
        reporterCountryCode: 'US',
        reporterCountryName: 'United States of America',
      },
    ],
  },
};
const row = (id: number, title: string): string =>
  `<tr><td>${id}</td><td>${title}</td><td>${title}</td></tr>`;
const categories = `<!DOCTYPE html><table>${row(18, 'Brute-Force')}${row(22, 'SSH')}</table>`;
const scanned = {
  results: [
    {
      _id: 'b0ae6e5c-5e3c-4c5d-8f7e-6f3e5d7f1a11',
      task: { time: '2026-11-20T10:00:00.000Z', url: 'https://evil.example/pay', visibility: 'public' },
      stats: { requests: 12, ips: 3, countries: 1 },
      page: { domain: 'evil.example', url: 'https://evil.example/pay', ip: '198.51.100.9', country: 'US' },
    },
  ],
  total: 1,
};
const scan = {
  task: {
    time: '2026-11-20T10:00:00.000Z',
    reportURL: 'https://urlscan.io/result/b0ae6e5c-5e3c-4c5d-8f7e-6f3e5d7f1a11/',
    screenshotURL: 'https://urlscan.io/screenshots/b0ae6e5c.png',
    domURL: 'https://urlscan.io/dom/b0ae6e5c/',
  },
  verdicts: { overall: { score: 100, malicious: true, categories: ['phishing'], tags: ['phishing'] } },
};
const submitted = { message: 'Submission successful', uuid: 'b0ae6e5c-5e3c-4c5d-8f7e-6f3e5d7f1a11' };

/** By host and path; what is not here is not found. */
function answer(host: string, path: string): unknown {
  if (host === 'api.abuseipdb.com' && path.startsWith('/api/v2/check')) return abuseReport;
  if (host === 'www.abuseipdb.com' && path.startsWith('/categories')) return categories;
  if (host === 'urlscan.io' && path.startsWith('/api/v1/search')) return scanned;
  if (host === 'urlscan.io' && path.startsWith('/api/v1/result/')) return scan;
  if (host === 'urlscan.io' && path.startsWith('/api/v1/scan')) return submitted;
  if (host === 'cybercrime-tracker.net' && path.startsWith('/query.php'))
    return { success: true, message: 'Malicious: C2 panel' };
  return host === 'cybercrime-tracker.net' ? '<html></html>' : undefined;
}

export interface Upstream {
  /** Address of the proxy. */
  url: string;
  close(): void;
}

/** Speaks for the hosts above, with a certificate that has their names. */
export async function upstream(tls: { key: string; cert: string }): Promise<Upstream> {
  const secureContext = createSecureContext(tls);
  const reply = (req: IncomingMessage, res: ServerResponse): void => {
    const url = URL.parse(req.url ?? '', `https://${req.headers.host}`);
    const said = answer(url?.hostname ?? '', `${url?.pathname}${url?.search}`);
    if (said === undefined) res.writeHead(404).end('{}');
    else if (typeof said === 'string') res.writeHead(200, { 'content-type': 'text/html' }).end(said);
    else res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  };
  const server = createServer(reply);
  const sockets = new Set<Socket>();
  server.on('connect', (_, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).write('HTTP/1.1 200 Connection established\r\n\r\n');
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on('error', () => {});
    server.emit('connection', secured);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}
