import { messageOf, type Clock } from '@dest/core';
import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { watchedFolders } from './watched-folders';

/** How long after something happened in its folder a file is looked at, in milliseconds. */
const SETTLE_MS = 150;
/** How often it is looked at where the system can't tell of changes. */
const POLL_MS = 2_000;

export interface WatchOptions {
  readonly file: string;
  /** What is in use, as `readText` read it. */
  readonly known: string | undefined;
  readonly clock: Clock;
  /** Is called when the file has another content than before, and is not being written any more. */
  readonly onChange: () => void;
  /** Is told why the file is looked at now and then instead of when it changes. */
  readonly onFallback: (reason: string) => void;
}

/**
 * Watches a file for changes: by its folder, since editors and deployments put another file into its place.
 *
 * @returns what ends it
 */
export function watchConfiguration({ file, clock, onChange, onFallback, ...options }: WatchOptions): () => void {
  const watchers = new Map<string, FSWatcher>();
  let { known } = options;
  let isPolling = false;
  let ended = false;
  let isLooking = false;
  let lookAgain = false;
  let cancel: (() => void) | undefined;

  const lookLater = (delayMs = SETTLE_MS): void => {
    if (isLooking) lookAgain = true;
    if (ended || isLooking) return;
    // Not put off by further events: in a busy folder there is always another one.
    cancel ??= clock.schedule(delayMs, () => {
      cancel = undefined;
      isLooking = true;
      lookAgain = false;
      void look().then(() => {
        isLooking = false;
        if (lookAgain) lookLater();
        else if (isPolling) lookLater(POLL_MS);
      });
    });
  };
  const look = async (): Promise<void> => {
    if (!isPolling) watchFolders();
    const text = await readText(file);
    if (text === undefined || text === known || ended) return;
    await new Promise<void>((resolve) => clock.schedule(SETTLE_MS, resolve));
    // It may be half written: it is, where it is another one a moment later.
    if ((await readText(file)) !== text) lookAgain = true;
    else if (!ended) {
      known = text;
      onChange();
    }
  };
  const close = (): void => {
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
  const poll = (error: unknown): void => {
    if (ended || isPolling) return;
    close();
    isPolling = true;
    onFallback(messageOf(error));
    lookLater();
  };
  /** A link on the way may lead elsewhere now. */
  const watchFolders = (): void => {
    if (ended) return;
    try {
      const folders = watchedFolders(file);
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of folders) {
        if (watchers.has(folder)) continue;
        const watcher = watch(folder, { persistent: false }, () => lookLater());
        watchers.set(folder, watcher);
        watcher.on('error', poll);
      }
    } catch (error) {
      poll(error);
    }
  };
  watchFolders();
  // Something may have happened since it was read.
  if (!isPolling) lookLater();
  return () => {
    ended = true;
    cancel?.();
    close();
  };
}

/** The text of a file; undefined while it isn't there, as it is for a moment where an editor replaces it. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
