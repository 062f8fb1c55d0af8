import { CLUSTER } from './cluster.ts';
import { FAN_OUT } from './fan-out.ts';
import { GROWTH } from './growth.ts';
import { HISTORY } from './history.ts';
import { IDLE } from './idle.ts';
import { RESUME } from './resume.ts';
import { SEND } from './send.ts';
import type { Suite } from './suite.ts';

export const SUITES = {
  'fan-out': FAN_OUT,
  idle: IDLE,
  send: SEND,
  resume: RESUME,
  history: HISTORY,
  growth: GROWTH,
  cluster: CLUSTER,
} satisfies Record<string, Suite>;

export type SuiteName = keyof typeof SUITES;
export const SUITE_NAMES = Object.keys(SUITES) as readonly SuiteName[];
export const isSuiteName = (name: string): name is SuiteName => name in SUITES;
