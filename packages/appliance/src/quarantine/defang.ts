/** Links that no program makes a link of again. Pure. */
export const defang = (url: string): string =>
  url
    .slice(0, 2048)
    .replace(/^([a-z][a-z0-9+.-]*):/i, (_, scheme: string) => `${scheme.replace(/tt/i, 'xx')}[:]`)
    .replace(/\./g, '[.]')
    .replace(/@/g, '[at]');
