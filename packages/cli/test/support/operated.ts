import { Interruption } from '../../src';
import { runDest, startRunDest, type Outcome, type RunningDest } from './run-dest';
import { createWorkspace, ndjson, type Workspace } from './workspace';

/** An application of a test, with a host that runs or without. */
export interface Operated {
  readonly workspace: Workspace;
  configure(destinations: string, more?: string): void;
  /** Runs a command by its configuration. */
  dest(...words: string[]): Promise<Outcome>;
  /** Sends events, with ids `e0`, `e1`, … of profiles `p0`, `p1`, …; to its end. */
  send(from: number, to: number): Promise<Outcome>;
  startHost(): Promise<RunningDest>;
  stopHost(): Promise<void>;
  end(): Promise<void>;
}

export function operated(): Operated {
  const workspace = createWorkspace();
  const config = workspace.path('dest.yaml');
  let interruption = new Interruption();
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
    send: (from, to) => {
      const event = (number: number): object => ({
        event: { id: `e${number}`, type: 'seen' },
        profile: { id: `p${number}` },
      });
      const stdin = ndjson(...Array.from({ length: to - from }, (_none, index) => event(from + index)));
      return runDest(['send', '-c', config, '--give-up-after', '0', '--json'], { stdin });
    },
    startHost: async () => {
      interruption = new Interruption();
      host = startRunDest(['run', '-c', config, '--no-stdin'], { interruption });
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
