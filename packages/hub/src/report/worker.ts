/** The thread that makes one report and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReportContent } from '@sightline/api';
import { pdf } from './pdf.ts';

parentPort?.postMessage(new Uint8Array(await pdf(workerData as ReportContent)));
