/** Something that an operator or author should know about a plugin that works all the same. */
export interface PluginWarning {
  readonly code: string;
  /** The plugin as it was listed. */
  readonly plugin: string;
  readonly message: string;
}
