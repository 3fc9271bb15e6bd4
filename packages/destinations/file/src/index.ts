export { FileDestination } from './file-destination';
export type { FileInit } from './file-schemas';
