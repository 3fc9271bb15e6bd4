/** The host's policy on which files a plugin may touch. */
export interface Files {
  /**
   * The absolute path of `path`, read from the configuration's folder.
   * Throws a ConfigurationError where it leads, also by way of a symbolic link, outside the folders the host allows.
   */
  resolve(path: string): Promise<string>;
}
