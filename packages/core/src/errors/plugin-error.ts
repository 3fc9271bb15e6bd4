import { ConfigurationError } from './configuration-error';

export interface PluginErrorOptions {
  readonly code: string;
  /** The plugin as it was listed: a package name or a path. */
  readonly plugin: string;
  readonly cause?: unknown;
}

/** A plugin can't be used: it is missing, broken, too new, or not a plugin. The other plugins are not affected. */
export class PluginError extends ConfigurationError {
  override readonly name = 'PluginError';
  readonly plugin: string;

  constructor(message: string, options: PluginErrorOptions) {
    super(message, options);
    this.plugin = options.plugin;
  }
}
