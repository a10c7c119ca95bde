import { describeFaults } from './support/fault-story.ts';

describeFaults('d7');
