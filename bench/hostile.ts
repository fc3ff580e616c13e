/** Hostile mail against the whole mail path: `--mails 20000`. */
export { run } from '../test/hostile/run.ts';
