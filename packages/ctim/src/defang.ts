/** Making values safe to paste. `inspect` reads the result back to the value. */
import type { ObservableType } from './vocab.ts';

const dots = (text: string): string => text.replaceAll('.', '[.]');

const url = (text: string): string => {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+):\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (scheme === '') return text;
  return `${scheme.replace(/^http/i, 'hxxp')}://${dots(authority)}${rest}`;
};

/** The defanged form of a value; types that no program makes a link of stay as they are. */
export const defang = (value: string, type: ObservableType): string => {
  if (type === 'url') return url(value);
  if (type === 'email') return dots(value).replace('@', '[@]');
  if (type === 'ip' || type === 'domain' || type === 'hostname') return dots(value);
  return type === 'ipv6' ? value.replaceAll(':', '[:]') : value;
};
