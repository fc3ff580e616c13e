/** Before the journeys: the pages that a browser will be shown are built from the sources as they are now. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function build(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../packages/ui/build.ts', import.meta.url))], {
    stdio: 'inherit',
  });
}
