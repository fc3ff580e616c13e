/** For benchmarks: a hub as a process of its own, and its first administrator. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Call, client, setUp, switchService } from '../../packages/api/src/index.ts';

const MAIN = fileURLToPath(new URL('../../packages/hub/src/main.ts', import.meta.url));
const PASSWORD = 'correct horse battery staple';

export interface HubProcess {
  child: ChildProcess;
  url: string;
  setupToken: string;
}

/** With `port` 0 on any free one; ready when it resolves. */
export async function startHub(
  dir: string,
  port: number,
  settings: Record<string, string> = {},
): Promise<HubProcess> {
  const env = { ...process.env, ...settings, SIGHTLINE_DATA: dir, SIGHTLINE_PORT: String(port) };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const hub: HubProcess = { child, url: '', setupToken: '' };
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the hub ended')));
    lines.on('line', (line) => {
      const said = JSON.parse(line) as { url?: string; msg?: string };
      hub.setupToken ||= /set up with the token (\S+)$/.exec(said.msg ?? '')?.[1] ?? '';
      if (said.url) hub.url = said.url;
      if (hub.url && (port !== 0 || hub.setupToken)) resolve();
    });
  });
  return hub;
}

/** Calls as the first administrator, with Threat Response on. */
export async function administrator({
  url,
  setupToken,
}: HubProcess): Promise<{ call: Call; cookie: string }> {
  const body = JSON.stringify({ token: setupToken, name: 'ada', password: PASSWORD, organisation: 'Bench' });
  const headers = { 'content-type': 'application/json' };
  const res = await fetch(url + setUp.path, { method: 'POST', headers, body });
  const cookie = (res.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const call = client({ base: url, headers: { cookie } });
  await call(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
  return { call, cookie };
}
