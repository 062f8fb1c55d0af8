import { z } from 'zod';
import type { Gateway } from '../discovery.ts';

const schema: z.ZodType<Gateway> = z.object({
  node: z.string(),
  region: z.string(),
  publicUrl: z.string().nullable(),
  connections: z.number(),
  connectionsMax: z.number(),
  draining: z.boolean(),
});

export const encodeGateway = (gateway: Gateway): Buffer => Buffer.from(JSON.stringify(gateway));

/** Null for what no gateway has written. */
export function decodeGateway(data: Buffer): Gateway | null {
  try {
    return schema.parse(JSON.parse(data.toString()));
  } catch {
    return null;
  }
}
