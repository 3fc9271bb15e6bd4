import type { Rotation } from './rotation';

/** Records that belong together, each with its line break. */
export interface Entry {
  readonly records: readonly string[];
  readonly rotation?: Rotation | undefined;
}

/** What goes into one file by one write. */
export interface Segment<Of extends Entry> {
  /** Where the file is put aside first: how many older ones stay. */
  readonly rotateKeeping?: number;
  readonly records: string[];
  /** The entries whose last record is in here. */
  readonly completes: Of[];
}

/** Divides entries into writes, in order, so that no file grows beyond what an entry's rotation says. */
export function planSegments<Of extends Entry>(entries: readonly Of[], fileSize: number): readonly Segment<Of>[] {
  let segment: Segment<Of> = { records: [], completes: [] };
  const segments = [segment];
  let size = fileSize;
  for (const entry of entries) {
    for (const record of entry.records) {
      const bytes = Buffer.byteLength(record);
      if (entry.rotation !== undefined && size > 0 && size + bytes > entry.rotation.maxBytes) {
        segment = { rotateKeeping: entry.rotation.keep, records: [], completes: [] };
        segments.push(segment);
        size = 0;
      }
      segment.records.push(record);
      size += bytes;
    }
    segment.completes.push(entry);
  }
  return segments;
}
