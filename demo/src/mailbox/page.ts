/** Web view of the mailbox server: plain HTML without scripts, everything escaped. */
import { html } from 'hono/html';
import type { Delivered } from './store.ts';

export const CSP =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export const STYLE = `
:root { color-scheme: dark light; --line: light-dark(#d0d7de, #2b3440); --muted: light-dark(#57606a, #8b98a7); }
body { font: 13px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1100px; padding: 16px; }
h1 { font-size: 18px; margin: 0; } header { display: flex; gap: 16px; align-items: baseline; margin-bottom: 12px; }
p, td.muted, th { color: var(--muted); font-weight: normal; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; } pre { border: 1px solid var(--line); padding: 12px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: light-dark(#0969da, #58a6ff); } input { font: inherit; padding: 4px 8px; width: 320px; max-width: 100%; }
`;

type Html = ReturnType<typeof html>;

const page = (title: string, body: Html): Html =>
  html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><link rel="stylesheet" href="/style.css"></head><body>${body}</body></html>`;

const row = (e: Delivered): Html =>
  html`<tr><td class="muted">${e.number}</td>
<td class="muted">${new Date(e.at).toISOString().slice(0, 19).replace('T', ' ')}</td>
<td>${e.from || '<>'}</td><td>${e.to.join(', ')}</td>
<td><a href="/messages/${e.number}">${e.subject || '(no subject)'}</a></td></tr>`;

export function listPage(all: Delivered[], search: string): Html {
  const text = search.toLowerCase();
  const shown = all
    .filter((e) => `${e.from} ${e.to.join(' ')} ${e.subject}`.toLowerCase().includes(text))
    .slice(0, 500);
  return page(
    'Mailbox server',
    html`<header><h1>Mailbox server</h1><p>What arrived behind the gateway: ${shown.length} of ${all.length} messages</p></header>
<form><input type="search" name="search" aria-label="Search" placeholder="Sender, recipient or subject" value="${search}"></form>
<table><thead><tr><th>#</th><th>Arrived (UTC)</th><th>From</th><th>To</th><th>Subject</th></tr></thead>
<tbody>${shown.map(row)}</tbody></table>`,
  );
}

/** The message as text, not as a mail client would show it: nothing in it can run or load. */
export const messagePage = (entry: Delivered, raw: Buffer): Html =>
  page(
    entry.subject || '(no subject)',
    html`<header><h1>${entry.subject || '(no subject)'}</h1><p><a href="/">All messages</a></p></header>
<p>From ${entry.from || '<>'} to ${entry.to.join(', ')}, ${entry.bytes} bytes</p>
<pre>${raw.subarray(0, 200_000).toString('utf8')}</pre>`,
  );

export const notFoundPage = (): Html =>
  page('Not found', html`<h1>There is no such message.</h1><p><a href="/">All messages</a></p>`);
