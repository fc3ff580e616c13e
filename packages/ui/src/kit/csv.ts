/** CSV (RFC 4180): every cell quoted, and none that a spreadsheet would take for a formula. Pure. */
const cell = (value: string | number): string => {
  const text = String(value);
  const guarded = typeof value === 'string' && /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
};

export const csv = (head: string[], rows: (string | number)[][]): string =>
  [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
