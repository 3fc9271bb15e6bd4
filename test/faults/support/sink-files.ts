import { existsSync, readFileSync } from 'node:fs';

/** One delivery as a sink noted it. */
export interface Delivery {
  readonly destination: string;
  readonly idempotencyKey: string;
  /** The profile's id. */
  readonly key?: string;
  readonly attempt: number;
  readonly possiblyDelivered: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The payload's text. */
  readonly json: string;
}

export interface SinkNotes {
  /** In the order of the file. */
  readonly deliveries: readonly Delivery[];
  /** How many notes a kill tore. */
  readonly torn: number;
}

/** What a sink noted so far. */
export function readSink(file: string): SinkNotes {
  if (!existsSync(file)) return { deliveries: [], torn: 0 };
  const deliveries: Delivery[] = [];
  let torn = 0;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      deliveries.push(JSON.parse(line) as Delivery);
    } catch {
      torn++;
    }
  }
  return { deliveries, torn };
}

/** The envelope's id of a delivery. */
export function envelopeIdOf({ idempotencyKey, destination }: Delivery): string {
  if (!idempotencyKey.endsWith(`:${destination}`)) throw new Error(`${idempotencyKey} is no key of ${destination}`);
  return idempotencyKey.slice(0, -destination.length - 1);
}

/** How often each envelope arrived, by id. */
export function arrivals(file: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const delivery of readSink(file).deliveries) {
    const id = envelopeIdOf(delivery);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
