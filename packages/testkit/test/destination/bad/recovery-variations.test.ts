import { recoveryVariations } from './recovery-variations';
import { testVariations } from './test-variations';

testVariations(recoveryVariations);
