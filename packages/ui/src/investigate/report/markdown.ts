/** A report as Markdown (CommonMark with tables). What came from outside cannot become markup. Pure. */
import type { Report } from './gather.ts';

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>&~-]/g, '\\$&');
/** As code, so that it can be copied as it is; a fence longer than any in it. */
const code = (text: string): string => {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || text === '' ? ' ' : '';
  return `${fence}${pad}${text.replaceAll('|', '\\|')}${pad}${fence}`;
};

type Cell = string | number;

function table(head: string[], rows: Cell[][]): string[] {
  if (rows.length === 0) return ['None.', ''];
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => ' --- ').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

export function markdown(r: Report): string {
  return [
    `# ${escaped(r.title)}`,
    '',
    `**TLP:AMBER** · ${escaped(r.organisation)} · by ${escaped(r.by)}`,
    '',
    `Asked ${r.asked}, written ${r.made}. ${r.summary}. Values are defanged.`,
    '',
    '## Question',
    '',
    ...table(
      ['Type', 'Value'],
      r.question.map((o) => [o.type, code(o.value)]),
    ),
    '## Campaigns',
    '',
    ...table(
      ['Subject', 'Extent', 'Shared', 'First', 'Last'],
      r.campaigns.map((c) => [code(c.subject), c.told, escaped(c.shared), c.from, c.to]),
    ),
    '## Verdicts',
    '',
    ...table(
      ['Disposition', 'Type', 'Value', 'Said by'],
      r.verdicts.map((v) => [v.disposition, v.type, code(v.value), escaped(v.says)]),
    ),
    '## Targets',
    '',
    ...table(
      ['Target', 'Messages', 'What became of them', 'First', 'Last'],
      r.targets.map((t) => [code(t.value), t.messages, escaped(t.states), t.first, t.last]),
    ),
    '## Actions taken',
    '',
    ...table(
      ['Time', 'By', 'What'],
      r.actions.map((a) => [a.at, escaped(a.by), escaped(a.text)]),
    ),
    '## Timeline',
    '',
    ...table(['Hour (UTC)', 'Sightings'], r.timeline),
    '## Modules',
    '',
    ...table(
      ['Module', 'State', 'Time', 'Hits', 'Problems'],
      r.modules.map((m) => [escaped(m.name), m.state, m.ms, m.hits, escaped(m.problems)]),
    ),
    '## Observables',
    '',
    ...table(
      ['Type', 'Value'],
      r.observables.map((o) => [o.type, code(o.value)]),
    ),
  ].join('\n');
}
