import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Many tests wait for sockets and clocks: one worker a core, where the default leaves one core idle.
const maxWorkers = availableParallelism();

// On a shared machine one slow second must not fail the lot; a test that needed it is told in the output.
const retry = process.env.CI ? 1 : 0;

// A condition is waited for as long as a loaded machine needs; what is right comes at once.
const expect = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'demo/src/**/*.test.ts'],
          testTimeout: 20_000,
          retry,
          expect,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'postgres',
          include: ['packages/hub/src/**/*.test.ts'],
          // without a database
          exclude: [
            'packages/hub/src/{module/email,investigate}/{ask,sight,run,tidy,crowd}.test.ts',
            'packages/hub/src/module/{asyncos,amp,virustotal,abuseipdb,urlhaus,misp,imap}/*.test.ts',
            'packages/hub/src/{outbound,secret}/*.test.ts',
          ],
          globalSetup: ['packages/hub/src/postgres.setup.ts'],
          testTimeout: 20_000,
          retry,
          expect,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'journey',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/build.ts'],
          testTimeout: 180_000,
          retry,
          expect,
          hookTimeout: 120_000,
          fileParallelism: false,
          // After the others: a browser wants the machine for itself.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
