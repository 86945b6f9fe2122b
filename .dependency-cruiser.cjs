/** Who may import whom. A rule reads: files under `from` must not import files under `to`. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: [...allowed, from] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^src' }, to: { circular: true } },
    only('model-imports-nothing', '^src/model/', []),
    only('errors-import-nothing', '^src/errors\\.ts$', []),
    only('cache-knows-events-only', '^src/cache/', ['^src/model/', '^src/errors\\.ts$']),
    only('indicators-know-candles-only', '^src/indicators/', ['^src/model/', '^src/errors\\.ts$']),
    only('candles-know-events-only', '^src/candles/', ['^src/model/', '^src/errors\\.ts$']),
    only('source-interface-knows-events-only', '^src/sources/source\\.ts$', ['^src/model/', '^src/errors\\.ts$']),
    only('transport-knows-no-meaning', '^src/sources/transport/', ['^src/errors\\.ts$']),
    only('upbit-knows-no-other-exchange', '^src/sources/upbit/', [
      '^src/sources/source\\.ts$',
      '^src/sources/transport/',
      '^src/model/',
      '^src/errors\\.ts$',
    ]),
    only('routing-knows-no-exchange', '^src/routing/', [
      '^src/sources/source\\.ts$',
      '^src/cache/',
      '^src/model/',
      '^src/errors\\.ts$',
    ]),
    only('alerts-know-events-only', '^src/alerts/', [
      '^src/routing/concat-map-bounded\\.ts$',
      '^src/model/',
      '^src/errors\\.ts$',
    ]),
    only('simulator-stands-alone', '^src/simulator/', ['^src/model/', '^src/errors\\.ts$']),
    {
      name: 'nobody-imports-the-edges',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^(src/cli/|spec/)' },
    },
    {
      name: 'only-the-edges-import-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|simulator)/' },
      to: { path: '^src/simulator/' },
    },
    {
      name: 'no-dev-dependency-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '/(rxjs|@types/[^/]+)/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/' }, to: {} },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Needs a package that is no dependency.
    exclude: { path: '^spec/compat' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
