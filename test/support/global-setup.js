// JavaScript, because jest would turn a TypeScript set-up into CommonJS, from where the compiler cannot be loaded.
import { makeBuilds } from './coverage/builds.ts';

/** jest's global set-up of the project `unit`: the test builds of the core. Workers inherit the environment. */
export default async function setUp() {
  process.env.DVDI_TEST_CORES = await makeBuilds(process.cwd());
}
