/** Global set-up of the test project `postgres`. */
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.fixture.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide('postgres', server.url);
  return server.stop;
}
