import { type Span as ApiSpan, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span, TraceContext, Tracer } from './tracer.ts';

export interface TracesOptions {
  /** Takes OTLP over HTTP. */
  readonly url: string;
  /** Of the traces that could begin, from 0 to 1. */
  readonly share: number;
  readonly node: string;
  readonly region: string;
}

const EXPORT_INTERVAL_MS = 1_000;
/** Of one export, its retries included: also how long the end of a node waits for a collector. */
const EXPORT_MS_MAX = 2_000;
/** What waits for a collector that does not answer; more is dropped. */
const SPANS_WAITING_MAX = 2_048;
const SAMPLED = 1;

/** Sends traces to a collector. It is neither waited for nor missed while it is away. */
export function createTracer({ url, share, node, region }: TracesOptions): Tracer {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'parley',
      'service.instance.id': node,
      'cloud.region': region,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS_MAX }),
        scheduledDelayMillis: EXPORT_INTERVAL_MS,
        exportTimeoutMillis: EXPORT_MS_MAX,
        maxQueueSize: SPANS_WAITING_MAX,
      }),
    ],
  });
  const tracer = provider.getTracer('parley');
  return {
    root: (name) => spanOf(tracer.startSpan(name, { root: true })),
    child(name, parent) {
      const context = parse(parent);
      if (context === null) return null;
      return spanOf(tracer.startSpan(name, {}, trace.setSpanContext(ROOT_CONTEXT, context)));
    },
    close: () => provider.shutdown().catch(() => {}),
  };
}

function spanOf(span: ApiSpan): Span | null {
  if (!span.isRecording()) return null;
  const { traceId, spanId, traceFlags } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, '0');
  return { context: `00-${traceId}-${spanId}-${flags}`, end: () => span.end() };
}

function parse(parent: TraceContext): SpanContext | null {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent);
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
}
