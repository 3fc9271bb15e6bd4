export { EXIT } from './exit-codes';
export type { ExitCode } from './exit-codes';
export { Interruption } from './interruption';
export type { InterruptSignal } from './interruption';
export { PluginFaults } from './plugin-faults';
export { run } from './run';
export type { RunOptions } from './run';
export type { SendReport, DestinationReport } from './send/send-report';
export type { Streams } from './streams';
