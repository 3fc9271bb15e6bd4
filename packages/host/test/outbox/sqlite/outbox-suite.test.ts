import { describeOutbox } from '@dest/testkit';
import { sqliteKit } from './support/sqlite-kit';

describeOutbox('SqliteOutbox', sqliteKit());
