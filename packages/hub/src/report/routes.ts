/** Reports over HTTP. */
import { reportPdf } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Caller } from '../http.ts';
import type { MakePdf } from './maker.ts';

export function reportRoutes(on: Mount<Caller>, make: MakePdf): void {
  on(reportPdf, async ({ body }) => ({ pdf: Buffer.from(await make(body)).toString('base64') }));
}
