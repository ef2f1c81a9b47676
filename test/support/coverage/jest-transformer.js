import { createHash } from 'node:crypto';

/** The mark by which istanbul-lib-instrument knows initial coverage data in a piece of code. */
const SCHEMA = createHash('sha1').update('istanbul-lib-instrument@4').digest('hex');

/**
 * jest's transformer of `assembly/`. jest never runs these sources: it asks for them only to learn what there is to
 * cover in a file that no test loaded, and reads that from a literal in the code, which here is all there is.
 */
export default {
  canInstrument: true,

  async processAsync(text, path) {
    // Loaded only here: it adds to the globals, and jest loads its transformers wherever it runs tests.
    const { mapFile } = await import('./compile.ts');
    const hash = createHash('sha1').update(text).digest('hex');
    const coverageData = JSON.stringify({ ...mapFile(path, text).coverage, path, _coverageSchema: SCHEMA, hash })
      .replace('"_coverageSchema"', '_coverageSchema');
    const code = `function coverage() {
  var path = ${JSON.stringify(path)};
  var hash = ${JSON.stringify(hash)};
  var gcv = '__coverage__';
  var coverageData = ${coverageData};
}`;
    return { code };
  },

  /** A new way to instrument makes a new key: the set-up's directory is named by a hash of sources and instrumenter. */
  getCacheKey(text, path) {
    return createHash('sha1').update(`${process.env.DVDI_TEST_CORES}\0${path}\0${text}`).digest('hex');
  },
};
