/** Writes to a journal under a limit of its size: the second frame does not fit, the third does. */
import { Journal } from './journal.ts';

const journal = await Journal.open(process.argv[2] ?? '');
await journal.append('a'.repeat(200));
const failed = await journal.append('b'.repeat(8000)).then(
  () => false,
  () => true,
);
await journal.append('c'.repeat(100));
await journal.close();
process.exit(failed ? 0 : 1);
