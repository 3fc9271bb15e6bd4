import 'reflect-metadata';

/** tsyringe's `inject`, re-exported so that reflect-metadata is there before a plugin's first decorator runs. */
export { inject } from 'tsyringe';
