import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** One layer's rule: which folders it must not import, and why. */
function layer(folder, forbidden, reason, extra = {}) {
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: forbidden.map((name) => `**/${name}/**`), message: reason },
            ...(extra.patterns ?? []),
          ],
          paths: extra.paths ?? [],
        },
      ],
    },
  };
}

const inputOutput = ['node:fs', 'node:net', 'node:http', 'node:child_process', 'node:timers'].map(
  (name) => ({ name, message: 'domain is pure: no input or output, no clock, no timers.' }),
);

export default tseslint.config(
  {
    ignores: ['dist/', '.dialer/', 'node_modules/', 'test/histories/', 'test/recordings/**/*.ami'],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs', 'runtime/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // An un-awaited knex query or activity call must not pass: both are thenables.
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: false } }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A scripted activity stands for one that waits, whether or not it does.
      '@typescript-eslint/require-await': 'off',
      // Fixtures are records of functions that close over their state; none of them reads "this".
      '@typescript-eslint/unbound-method': 'off',
      // node:test runs what describe and it register; nobody awaits those promises.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          checkThenables: true,
          allowForKnownSafeCalls: [
            { from: 'package', name: ['describe', 'it', 'test', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  layer(
    'domain',
    ['ami', 'db', 'activities', 'workflows', 'workers', 'cli', 'client', 'runtime', 'imports'],
    'domain holds pure rules: everything may import it, it imports nothing of ours.',
    { paths: inputOutput },
  ),
  layer(
    'ami',
    ['db', 'activities', 'workflows', 'workers', 'cli', 'client', 'runtime', 'imports'],
    'ami speaks to Asterisk and knows nothing of campaigns; it may import evidence types of domain.',
  ),
  layer(
    'db',
    ['ami', 'activities', 'workflows', 'workers', 'cli', 'client', 'runtime', 'imports'],
    'db holds statements; rules live in domain and flow in as arguments.',
  ),
  layer(
    'activities',
    ['workers', 'cli', 'client', 'runtime', 'imports'],
    'activities get what they need as dependencies from workers.',
  ),
  layer(
    'workflows',
    ['ami', 'db', 'workers', 'cli', 'client', 'runtime', 'imports'],
    'workflow code is replayed: only domain, and the types of activities.',
  ),
  layer(
    'client',
    ['ami', 'activities', 'workers', 'cli'],
    'client reaches the engine by Temporal and db only.',
  ),
  layer(
    'imports',
    ['ami', 'activities', 'workflows', 'workers', 'cli', 'client'],
    'imports turns files into rows of db.',
  ),
  layer(
    'runtime',
    ['ami', 'db', 'activities', 'workflows', 'workers', 'cli', 'client', 'imports'],
    'runtime is below everything but domain.',
  ),
  layer(
    'cli',
    ['ami', 'activities'],
    'cli speaks to the engine through client, and starts parts through workers.',
  ),
);
