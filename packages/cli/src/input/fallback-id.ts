import { lineId, type LineSource } from './line-id';

/** The id of a line, only for one that has none of its own: it costs a hash. */
export function fallbackId(
  value: unknown,
  source: LineSource,
  number: number,
  text: string,
): { readonly fallbackId?: string } {
  const envelope = value as { id?: unknown; event?: { id?: unknown } | null } | null;
  if (envelope?.id !== undefined || envelope?.event?.id !== undefined) return {};
  return { fallbackId: lineId(source, number, text) };
}
