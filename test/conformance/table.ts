/** The table of relays in docs/compatibility.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../../docs/compatibility.md', import.meta.url);
const [BEGIN, END] = ['<!-- relays -->', '<!-- /relays -->'];

const CALLS = ['health', 'deliberate', 'observe', 'refer', 'respond', 'trigger'] as const;

/** What came of a relay: what each call brought, in words. */
export interface Outcome {
  relay: string;
  /** Short hash of the checkout, '' where it is none. */
  commit: string;
  /** The way into it. */
  auth: string;
  cells: Record<(typeof CALLS)[number], string>;
  good: boolean;
}

export function keepTable(outcomes: readonly Outcome[]): void {
  const text = readFileSync(FILE, 'utf8');
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(FILE, `${before}${BEGIN}\n\n${table(outcomes)}\n\n${END}${after}`);
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function table(outcomes: readonly Outcome[]): string {
  const head = ['relay', 'way in', ...CALLS];
  const rows = outcomes.map(({ relay, commit, auth, cells }) => [
    commit === '' ? relay : `${relay} (${commit})`,
    auth,
    ...CALLS.map((call) => cells[call]),
  ]);
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
