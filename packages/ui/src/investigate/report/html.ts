/** A report as one HTML file without anything from outside, readable on paper. Pure. */
import type { Report } from './gather.ts';

const escaped = (text: string | number): string =>
  String(text).replace(/[<>&"']/g, (c) => `&#${c.codePointAt(0)};`);
const code = (text: string): string => `<code>${escaped(text)}</code>`;

const STYLE = `
body{font:14px/1.5 system-ui,sans-serif;color:#1f2328;margin:32px auto;max-width:1000px;padding:0 16px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 8px;border-bottom:1px solid #d0d7de}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 8px;border-bottom:1px solid #d0d7de;overflow-wrap:anywhere}
th{font-weight:600;white-space:nowrap}code{font:12px/1.4 ui-monospace,monospace}
.tlp{display:inline-block;background:#000;color:#ffc000;padding:1px 8px;font-weight:600}
.bar{display:inline-block;height:10px;background:#0969da}figure{margin:0}svg{max-width:100%;height:auto}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}`;

function table(head: string[], rows: (string | number)[][]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cells = (tag: string, row: (string | number)[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

const section = (title: string, body: string): string => `<h2>${title}</h2>\n${body}\n`;

export function html(r: Report): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    // The file must not be able to load or run anything, whatever stands in it.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    `<meta name="viewport" content="width=device-width"><title>${escaped(r.title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(r.title)}</h1>`,
    `<p><span class="tlp">TLP:AMBER</span> ${escaped(r.organisation)} · by ${escaped(r.by)}</p>`,
    `<p>Asked ${r.asked}, written ${r.made}. ${escaped(r.summary)}. Values are defanged.</p>`,
    section(
      'Question',
      table(
        ['Type', 'Value'],
        r.question.map((o) => [escaped(o.type), code(o.value)]),
      ),
    ),
    r.drawing && section('Relations', `<figure>${r.drawing}</figure>`),
    section('Campaigns', campaigns(r)),
    section('Verdicts', verdicts(r)),
    section('Targets', targets(r)),
    section('Actions taken', actions(r)),
    section('Timeline', timeline(r)),
    section('Modules', modules(r)),
    section(
      'Observables',
      table(
        ['Type', 'Value'],
        r.observables.map((o) => [escaped(o.type), code(o.value)]),
      ),
    ),
    '</body></html>',
    '',
  ].join('\n');
}

const campaigns = (r: Report): string =>
  table(
    ['Subject', 'Extent', 'Shared', 'First', 'Last'],
    r.campaigns.map((c) => [code(c.subject), escaped(c.told), escaped(c.shared), c.from, c.to]),
  );

const verdicts = (r: Report): string =>
  table(
    ['Disposition', 'Type', 'Value', 'Said by'],
    r.verdicts.map((v) => [escaped(v.disposition), escaped(v.type), code(v.value), escaped(v.says)]),
  );

const targets = (r: Report): string =>
  table(
    ['Target', 'Messages', 'What became of them', 'First', 'Last'],
    r.targets.map((t) => [code(t.value), t.messages, escaped(t.states), t.first, t.last]),
  );

const actions = (r: Report): string =>
  table(
    ['Time', 'By', 'What'],
    r.actions.map((a) => [a.at, escaped(a.by), escaped(a.text)]),
  );

const modules = (r: Report): string =>
  table(
    ['Module', 'State', 'Time', 'Hits', 'Problems'],
    r.modules.map((m) => [escaped(m.name), m.state, m.ms, m.hits, escaped(m.problems)]),
  );

function timeline(r: Report): string {
  const most = Math.max(1, ...r.timeline.map(([, n]) => n));
  return table(
    ['Hour (UTC)', 'Sightings', ''],
    r.timeline.map(([hour, n]) => [
      hour,
      n,
      `<span class="bar" style="width:${Math.round((n / most) * 300)}px"></span>`,
    ]),
  );
}
