/** The address that a hub has. */
import { bracketed, type Listen } from '@sightline/api/web/server';

/** Where this hub is; the port may be known only once it listens. */
export interface Place {
  port: number;
  publicUrl: () => string;
  isHttps: () => boolean;
}

export function placeOf({ host, port }: Listen, publicUrl: string | undefined): Place {
  const given = publicUrl?.replace(/\/+$/, '');
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const place: Place = {
    port,
    publicUrl: () => given ?? `http://${bracketed(name)}:${place.port}`,
    isHttps: () => place.publicUrl().startsWith('https:'),
  };
  return place;
}
