import { VARIABLES, type Variable } from './env.ts';

/** Its message is one line that names the variable and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export const invalid = (variable: Variable): ConfigError =>
  new ConfigError(`${variable}: it takes ${VARIABLES[variable]}.`);
