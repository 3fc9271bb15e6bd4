/**
 * Pulsar's id of a message as text, out of the bytes (a protobuf message) that the WebSocket API has in Base64. Only what says
 * which message it is: the bytes also say how much of its batch was acknowledged, and differ when it comes again.
 */
export function readMessageId(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const fields = new Map<number, bigint>();
  for (let offset = 0; offset < bytes.length;) {
    const tag = varintAt(bytes, offset);
    offset = tag.end;
    const value = varintAt(bytes, offset);
    offset = value.end;
    const [field, type] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
    // Of the ids' fields only the last ones are no plain numbers.
    if (type !== 0) break;
    fields.set(field, value.value);
  }
  const [ledger, entry] = [fields.get(1), fields.get(2)];
  if (ledger === undefined || entry === undefined) return base64;
  return [ledger, entry, fields.get(3) ?? -1n, fields.get(4) ?? -1n].map((part) => BigInt.asIntN(64, part)).join(':');
}

function varintAt(bytes: Buffer, offset: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  let end = offset;
  for (let shift = 0n; end < bytes.length; shift += 7n) {
    const byte = bytes[end++] as number;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return { value, end };
}
