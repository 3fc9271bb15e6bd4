import { OutboxFault } from './outbox-fault';

/** Another process has the file, or is mending it. */
export function lockedFault(path: string): OutboxFault {
  return new OutboxFault({
    retry: 'configuration',
    code: 'OUTBOX_LOCKED',
    message:
      `The outbox file ${path} is in use by another process. Stop that one, reach it with the dest commands, which talk to ` +
      'the host that runs, or name another file in outbox.path.',
  });
}
