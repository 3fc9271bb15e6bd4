import { failureOf } from '@dest/core';
import { describeConfigurationIssue, type Host, type ReloadReport } from '@dest/host';
import { describeReload } from '../operator/describe-reload';
import type { RunLog } from './run-log';

export interface ReloaderOptions {
  readonly host: Host;
  readonly log: RunLog;
  /** Is called after a configuration was taken. */
  readonly onTaken: () => void;
}

/** Has the host read its configuration again, whoever asks for it, and says what came of it. */
export class Reloader {
  readonly #options: ReloaderOptions;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** Never rejects: that it failed is said. @param cause - who or what asks for it, such as `SIGHUP` */
  async tryReload(cause: string): Promise<void> {
    try {
      await this.reload(cause);
    } catch (error) {
      const { code, message } = failureOf(error);
      this.#options.log.say('error', `${cause}: the configuration can't be read again: ${code} ${message}`, { code });
    }
  }

  /** @throws what the host throws */
  async reload(cause: string): Promise<ReloadReport> {
    const { host, log, onTaken } = this.#options;
    const { control, name } = { control: host.application.configuration.control.path, name: host.application.name };
    const report = await host.reload();
    const { taken, issues, added, changed, removed } = report;
    if (taken) onTaken();
    for (const issue of issues) {
      const { code, path, line, column, severity } = issue;
      const level = severity === 'error' ? 'error' : 'warn';
      log.say(level, describeConfigurationIssue(name, issue), { code, path, file: name, line, column });
    }
    const message = `${cause}: ${describeReload(report)}`;
    log.say(taken ? 'info' : 'error', message, taken ? { added, changed, removed } : {});
    if (taken && host.application.configuration.control.path !== control) {
      log.say('warn', 'control.path has changed: that takes effect at the next start.');
    }
    return report;
  }
}
