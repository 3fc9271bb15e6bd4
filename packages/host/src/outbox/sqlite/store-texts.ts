import { OutboxFault } from './outbox-fault';
import { sqliteProblemOf } from './sqlite-problem';

/** What went wrong, for those who wait for it. */
export function faultOf(error: unknown, path: string): OutboxFault {
  if (error instanceof OutboxFault) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (sqliteProblemOf(error) === undefined) {
    return new OutboxFault({
      retry: 'transient',
      code: 'OUTBOX_FAILED',
      message: `The outbox ${path} failed: ${said}.`,
    });
  }
  return new OutboxFault({
    retry: 'transient',
    code: 'OUTBOX_IO',
    message: `The outbox file ${path} can't be read or written: ${said}. Look at its disk and its rights.`,
  });
}

export function salvageWarning(path: string, movedTo: string, unreadable: boolean): string {
  const saved = unreadable
    ? 'Nothing of it could be read: the outbox is empty.'
    : 'What could be read of it was taken over into a new file.';
  return `The outbox file ${path} was damaged. ${saved} The damaged one is ${movedTo}; remove it when you don't need it any more.`;
}

export function logWarning(path: string, commits: number): string {
  return (
    `The log of the outbox, ${path}-wal, was damaged before its end: what was written last may be lost, ` +
    `about ${commits} ${commits === 1 ? 'commit' : 'commits'}.`
  );
}
