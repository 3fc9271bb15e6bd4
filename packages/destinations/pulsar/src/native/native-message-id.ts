import type { NativeMessageId } from './native-binding';

/** Pulsar's id of a message as the other transport has it: `ledger:entry:partition:index`. */
export function readNativeMessageId(id: NativeMessageId): string {
  return id.toString().replace(/[()]/g, '').replaceAll(',', ':');
}
