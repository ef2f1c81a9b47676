import { reportCounts } from './collect.ts';

// In every test file of the project `unit`. Nothing here may load the compiler, which is large.
afterAll(reportCounts);
