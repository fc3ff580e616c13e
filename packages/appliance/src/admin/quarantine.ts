/** Quarantines over the API (api/gateway/quarantine.ts). */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { frameResponse } from '@sightline/api/web/frame';
import type { Logger } from 'pino';
import type { Commands } from '../mta/contract.ts';

export interface QuarantineRoutes {
  quarantine: Commands<'quarantine'>;
  log: Logger;
}

export function quarantine(on: Mount<{ name: string }>, { quarantine, log }: QuarantineRoutes): void {
  on(api.listQuarantines, async () => ({ quarantines: await quarantine.list() }));
  on(api.searchQuarantine, ({ body }) => quarantine.search(body));
  on(api.viewQuarantined, ({ params }) => quarantine.view(params.mid));
  on(api.quarantineHtml, async ({ params }) => frameResponse(await quarantine.html(params.mid)));
  on(api.downloadQuarantined, async ({ params, caller }) => {
    const first = await quarantine.piece(params.mid, 0);
    log.info({ user: caller.name, mid: params.mid }, 'quarantined message downloaded');
    return new Response(ReadableStream.from(pieces(quarantine, params.mid, first)), {
      headers: {
        'Content-Type': 'message/rfc822',
        'Content-Disposition': `attachment; filename="message-${params.mid}.eml"`,
      },
    });
  });
  on(api.actOnQuarantine, ({ body, caller }) => quarantine.act(body, caller.name));
}

type Piece = Awaited<ReturnType<Commands<'quarantine'>['piece']>>;

async function* pieces(
  quarantine: Commands<'quarantine'>,
  mid: number,
  first: Piece,
): AsyncGenerator<Buffer> {
  let offset = 0;
  for (let piece = first; ; piece = await quarantine.piece(mid, offset)) {
    const bytes = Buffer.from(piece.bytes, 'base64');
    offset += bytes.length;
    if (bytes.length > 0) yield bytes;
    if (piece.last) return;
  }
}
