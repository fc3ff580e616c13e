import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

type Count = 'accepted' | 'delivered' | 'bounced' | 'deferred' | 'rejected';

/** What the mail path counts, since its start; also on the program's /metrics. */
export interface Figures {
  count(what: Count, by?: number): void;
  counts(): Record<Count, number>;
  lost(): void;
  scan(seconds: number): void;
  commit(seconds: number): void;
}

const HELP: Record<Count, string> = {
  accepted: 'Messages accepted',
  delivered: 'Recipients delivered to',
  bounced: 'Recipients given up',
  deferred: 'Delivery attempts to be repeated, by recipient',
  rejected: 'Messages, recipients and connections refused',
};
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** @param queue is asked at each scrape: messages in the queue, receipt of the oldest, events not yet tracked */
export function createFigures(
  registry: Registry,
  queue: () => { queued: number; oldest: number | null; outbox: number },
  clock: () => number,
): Figures {
  const registers = [registry];
  const counts: Record<Count, number> = { accepted: 0, delivered: 0, bounced: 0, deferred: 0, rejected: 0 };
  const counters = Object.fromEntries(
    Object.entries(HELP).map(([name, help]) => [
      name,
      new Counter({ name: `sightline_mail_${name}_total`, help, registers }),
    ]),
  );
  const lost = new Counter({
    name: 'sightline_mail_lost_content_total',
    help: 'Messages without content',
    registers,
  });
  const seconds = (name: string, help: string): Histogram =>
    new Histogram({ name, help, buckets: SECONDS, registers });
  const scan = seconds('sightline_mail_scan_seconds', 'Time to scan a message');
  const commit = seconds('sightline_mail_commit_seconds', 'Time of a durable transaction of the queue');
  gauge('sightline_mail_queue_messages', 'Messages in the queue', () => queue().queued);
  gauge('sightline_mail_outbox_events', 'Events that tracking does not have yet', () => queue().outbox);
  gauge('sightline_mail_queue_oldest_seconds', 'Age of the oldest message in the queue', () => {
    const { oldest } = queue();
    return oldest === null ? 0 : Math.max(0, clock() - oldest) / 1000;
  });
  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  return {
    count(what, by = 1) {
      counts[what] += by;
      counters[what]?.inc(by);
    },
    counts: () => ({ ...counts }),
    lost: () => lost.inc(),
    scan: (value) => scan.observe(value),
    commit: (value) => commit.observe(value),
  };
}
