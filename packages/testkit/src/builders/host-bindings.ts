import {
  createHttp,
  LocalConnections,
  type Connections,
  type DestinationRegistryOptions,
  type Files,
  type PolicedHttp,
} from '@dest/core';
import { filesWithin } from './files-within';
import { madeUpTokens, type MadeUpTokens } from './made-up-tokens';
import { recordingLogger, type RecordingLogger } from './recording-logger';

export interface HostBindingsOptions {
  /** Where relative paths are read from, and which files may not leave. Default: the working directory. */
  readonly folder?: string;
  /** What the network policy allows beside public addresses. Default: this machine. */
  readonly allow?: readonly string[];
}

/** What a host provides to plugins, as the options of a registry. */
export interface HostBindings extends DestinationRegistryOptions {
  readonly from: string;
  readonly http: PolicedHttp;
  readonly connections: Connections;
  readonly files: Files;
  readonly oauth2: MadeUpTokens;
  readonly logger: RecordingLogger;
  /** Ends what the HTTP client keeps open. Safe twice. */
  close(): Promise<void>;
}

/**
 * `HTTP`, `CONNECTIONS`, `FILES` and `LOGGER` as a host gives them, for a registry of a test; the tokens of `OAUTH2` are made
 * up.
 */
export function hostBindings(options: HostBindingsOptions = {}): HostBindings {
  const { folder = process.cwd(), allow = ['127.0.0.1', '::1', 'localhost'] } = options;
  const http = createHttp({ allow });
  return {
    from: folder,
    http,
    connections: new LocalConnections(),
    files: filesWithin(folder),
    oauth2: madeUpTokens(),
    logger: recordingLogger(),
    close: () => http.close(),
  };
}
