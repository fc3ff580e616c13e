/** Rows as CSV (RFC 4180) that a spreadsheet does not run. Pure. */

const FORMULA = /^[=+\-@\t\r]/;

/** A cell that begins like a formula gets a quote before it, which spreadsheets read as "this is text". */
const cell = (value: string): string => {
  const inert = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};

export const csvOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
