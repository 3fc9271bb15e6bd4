import { Interruption } from '../../src';
import { openStdin, runDest, startRunDest, type Outcome, type RunningDest } from './run-dest';
import { createWorkspace, ndjson, type Workspace } from './workspace';

function events(from: number, to: number): string {
  const event = (number: number): object => ({
    event: { id: `e${number}`, type: 'seen' },
    profile: { id: `p${number}` },
  });
  return ndjson(...Array.from({ length: to - from }, (_none, index) => event(from + index)));
}

/** An application of a test, with a host that runs or without. */
export interface Operated {
  readonly workspace: Workspace;
  configure(destinations: string, more?: string): void;
  /** Runs a command by its configuration. */
  dest(...words: string[]): Promise<Outcome>;
  /** Sends events, with ids `e0`, `e1`, … of profiles `p0`, `p1`, …; to its end. */
  send(from: number, to: number): Promise<Outcome>;
  startHost(): Promise<RunningDest>;
  /** Hands such events to the host that runs. */
  feed(from: number, to: number): void;
  stopHost(): Promise<void>;
  end(): Promise<void>;
}

export function operated(): Operated {
  const workspace = createWorkspace();
  const config = workspace.path('dest.yaml');
  let interruption = new Interruption();
  let stdin = openStdin();
  let host: RunningDest | undefined;
  const dest = (...words: string[]): Promise<Outcome> => runDest([...words, '-c', config]);
  const stopHost = async (): Promise<void> => {
    interruption.interrupt('SIGTERM');
    await host?.ended;
    host = undefined;
  };
  return {
    workspace,
    configure: (destinations, more = '') =>
      void workspace.write('dest.yaml', `version: 1\n${more}plugins: [./double.cjs]\ndestinations:\n${destinations}`),
    dest,
    send: (from, to) => runDest(['send', '-c', config, '--give-up-after', '0', '--json'], { stdin: events(from, to) }),
    feed: (from, to) => void stdin.write(events(from, to)),
    startHost: async () => {
      interruption = new Interruption();
      stdin = openStdin();
      host = startRunDest(['run', '-c', config], { interruption, stdin });
      await host.wrote('Ready');
      return host;
    },
    stopHost,
    end: async () => {
      await stopHost();
      workspace.remove();
    },
  };
}
