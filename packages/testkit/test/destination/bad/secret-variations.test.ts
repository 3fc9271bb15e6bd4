import { secretVariations } from './secret-variations';
import { testVariations } from './test-variations';

testVariations(secretVariations);
