import { batchVariations } from './batch-variations';
import { testVariations } from './test-variations';

testVariations(batchVariations);
