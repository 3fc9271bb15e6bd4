import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { PermanentError, TransientError, type CheckResult, type LifecycleContext } from '@dest/core';
import { ReferenceDestination, type CallContext, type Sent } from '../support/reference-destination';
import type { Variation } from './variation';

const FORGETTING_FAILS = 'forgetting a person fails where nobody is there';
const MISSED = 'nothing is left when a delivery missed its deadline and it is closed';

const timers: NodeJS.Timeout[] = [];
const files: number[] = [];
const sockets: Socket[] = [];

/** Ends what those left behind that are here for that. */
export function endWhatWasLeft(): void {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const file of files.splice(0)) closeSync(file);
  for (const socket of sockets.splice(0)) socket.destroy();
}

function tick(): void {
  timers.push(setInterval(() => undefined, 60_000));
}

function join(url: string): void {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
}

/** One that leaves something behind with each delivery that fails. */
function leavingWhereItFails(leave: (url: string) => void): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override async send(item: Sent, context: CallContext): Promise<void> {
        await super.send(item, context).catch((error: unknown) => {
          leave(this.credentials.url);
          throw error;
        });
      }
    };
}

const closed = (): Error =>
  new TransientError('It is closed. Open it.', { code: 'REFERENCE_CLOSED', scope: 'destination' });

/** One whose check calls a failure of this code fine. */
function blindTo(code: string): typeof ReferenceDestination {
  return class extends ReferenceDestination {
    override async check(context: LifecycleContext): Promise<CheckResult> {
      return this.expectAnswer({ method: 'GET' }, context).then(
        () => ({ ok: true }),
        (error: { code?: string }) => ({ ok: error.code === code, message: 'It does not work.' }),
      );
    }
  };
}

export const lifecycleVariations: readonly Variation[] = [
  {
    does: 'wants to be opened before it is closed',
    fails: 'it can be closed without having been opened',
    Class: () =>
      class extends ReferenceDestination {
        wasOpen = false;
        override async open(context: LifecycleContext): Promise<void> {
          this.wasOpen = true;
          await super.open(context);
        }
        override async close(): Promise<void> {
          if (!this.wasOpen) throw closed();
          await super.close();
        }
      },
  },
  {
    does: 'wants to be closed once only',
    fails: 'it can be closed twice',
    Class: () =>
      class extends ReferenceDestination {
        isClosed = false;
        override async close(): Promise<void> {
          if (this.isClosed) throw closed();
          this.isClosed = true;
          await super.close();
        }
      },
  },
  {
    does: 'waits for ever for what is under way when it is closed',
    fails: 'closing it during a delivery ends both',
    Class: () =>
      class extends ReferenceDestination {
        underWay = 0;
        override async send(item: Sent, context: CallContext): Promise<void> {
          this.underWay++;
          await super.send(item, context).finally(() => this.underWay--);
        }
        override async close(): Promise<void> {
          if (this.underWay > 0) await new Promise(() => undefined);
          await super.close();
        }
      },
  },
  {
    does: 'can not be closed where it could not be opened',
    fails: 'it can be closed after it failed to open',
    also: ['nothing is left when it failed to open and is closed'],
    Class: () =>
      class extends ReferenceDestination {
        hasFailed = false;
        override async open(context: LifecycleContext): Promise<void> {
          await super.open(context).catch((error: unknown) => {
            this.hasFailed = true;
            throw error;
          });
        }
        override async close(): Promise<void> {
          if (this.hasFailed) throw closed();
          await super.close();
        }
      },
  },
  {
    does: 'works once in a process',
    fails: 'a new instance works where another was closed',
    Class: () => {
      const ended = new Set<string>();
      return class extends ReferenceDestination {
        override async open(context: LifecycleContext): Promise<void> {
          if (ended.has(this.resource.version)) throw closed();
          await super.open(context);
        }
        override async close(): Promise<void> {
          ended.add(this.resource.version);
          await super.close();
        }
      };
    },
  },
  {
    does: 'ends what others use when it is closed',
    fails: 'closing one instance leaves another one alone',
    Class: () => {
      const ended = new Set<string>();
      return class extends ReferenceDestination {
        override async open(context: LifecycleContext): Promise<void> {
          ended.delete(this.resource.version);
          await super.open(context);
        }
        override async send(item: Sent, context: CallContext): Promise<void> {
          if (ended.has(this.resource.version)) throw closed();
          await super.send(item, context);
        }
        override async close(): Promise<void> {
          ended.add(this.resource.version);
          await super.close();
        }
      };
    },
  },
  {
    does: 'delivers something by its check',
    fails: 'its check says that the other side is there, and delivers nothing',
    Class: () =>
      class extends ReferenceDestination {
        override async check(context: LifecycleContext): Promise<CheckResult> {
          await this.expectAnswer({ method: 'POST', body: '"probe"' }, context);
          return { ok: true };
        }
      },
  },
  {
    does: 'finds nobody, and calls it fine',
    fails: 'its check says so, and what is wrong, where nobody is there',
    Class: () => blindTo('REFERENCE_UNREACHABLE'),
  },
  {
    does: 'is refused, and calls it fine',
    fails: 'its check says so, and what is wrong, where the credentials are refused',
    Class: () => blindTo('REFERENCE_REFUSED'),
  },
  {
    does: 'fails to forget whom it does not know',
    fails: 'forgetting a person who is not there does no harm, also twice',
    Class: () =>
      class extends ReferenceDestination {
        override async forgetProfile(): Promise<void> {
          throw new PermanentError('There is no such person.', { code: 'REFERENCE_NO_PERSON' });
        }
      },
  },
  {
    does: 'says of nobody that there is nothing to forget',
    fails: FORGETTING_FAILS,
    Class: () =>
      class extends ReferenceDestination {
        override async forgetProfile(profileId: string, context: LifecycleContext): Promise<void> {
          await super.forgetProfile(profileId, context).catch(() => undefined);
        }
      },
  },
  {
    does: 'leaves a timer',
    fails: 'no timer is left when it is closed',
    also: [MISSED],
    Class: () =>
      class extends ReferenceDestination {
        override async open(context: LifecycleContext): Promise<void> {
          await super.open(context);
          tick();
        }
      },
  },
  {
    does: 'leaves a file open',
    fails: 'no file is left open when it is closed',
    Class: () =>
      class extends ReferenceDestination {
        override async open(context: LifecycleContext): Promise<void> {
          await super.open(context);
          files.push(openSync(__filename, 'r'));
        }
      },
  },
  {
    does: 'leaves a connection',
    fails: 'no connection is left when it is closed',
    also: [MISSED],
    Class: () =>
      class extends ReferenceDestination {
        override async open(context: LifecycleContext): Promise<void> {
          await super.open(context);
          join(this.credentials.url);
        }
      },
  },
  {
    does: 'leaves a timer where a delivery failed',
    fails: MISSED,
    Class: leavingWhereItFails(tick),
  },
  {
    does: 'leaves a connection where a delivery failed',
    fails: MISSED,
    Class: leavingWhereItFails(join),
  },
  {
    does: 'leaves a timer where it could not be opened',
    fails: 'nothing is left when it failed to open and is closed',
    Class: () =>
      class extends ReferenceDestination {
        override async open(context: LifecycleContext): Promise<void> {
          await super.open(context).catch((error: unknown) => {
            tick();
            throw error;
          });
        }
      },
  },
];
