import type { Express } from 'express';
import type { Route } from '../../contracts/api/route.ts';
import { ApiProblem } from './api-problem.ts';
import { expressPath } from './mount.ts';

/** Answers 405 with `Allow` on known paths and 404 elsewhere. Mount it after everything else. */
export function refuseUnknown(app: Express, routes: readonly Pick<Route, 'method' | 'path'>[]): void {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of routes) {
    const allowed = methods.get(path) ?? new Set();
    allowed.add(method.toUpperCase());
    if (method === 'get') allowed.add('HEAD');
    methods.set(path, allowed);
  }
  for (const [path, allowed] of methods) {
    app.all(expressPath(path), () => {
      const names = [...allowed].join(', ');
      throw new ApiProblem('method_not_allowed', `Use ${names} here.`, { headers: { Allow: names } });
    });
  }
  app.use(() => {
    throw new ApiProblem('no_such_route', 'See /api/openapi.json for what there is.');
  });
}
