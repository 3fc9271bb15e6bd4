/** Whose code runs. */
export interface Owner {
  /** What a destination's `package` says; while a plugin is loaded, the plugin as it is listed. */
  readonly package: string;
  /** Absent where several destinations share what runs: a module, a connection. */
  readonly destination?: string;
  /** Is told of its faults before anybody else. */
  readonly faults?: FaultTaker;
}

/** Something that was thrown outside of any call, or a rejection that nobody awaited. */
export interface UncaughtFault {
  readonly thrown: unknown;
  /** Undefined where no plugin's code ran. */
  readonly owner: Owner | undefined;
  readonly origin: 'uncaughtException' | 'unhandledRejection';
}

/** Takes the faults of plugins. */
export interface FaultTaker {
  /** Returns whether the fault is contained by that. What nobody contains ends the process, as it does in Node.js. */
  take(fault: UncaughtFault): boolean;
}
