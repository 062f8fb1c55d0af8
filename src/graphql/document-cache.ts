import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

export interface DocumentCacheOptions {
  readonly documentsMax: number;
  /** Tokens of all documents together: parsed, each takes some 300 bytes. */
  readonly tokensMax: number;
}

/** Documents that have been found valid, by their source. No other is kept: whoever sends rubbish pushes nothing out. */
export class DocumentCache {
  readonly #bySource: LRUCache<string, DocumentNode>;
  readonly #valid = new WeakSet<DocumentNode>();

  constructor({ documentsMax, tokensMax }: DocumentCacheOptions) {
    this.#bySource = new LRUCache({
      max: documentsMax,
      maxSize: tokensMax,
      // Comments and blanks are no tokens, but are kept too.
      sizeCalculation: (document, source) => (document.tokenCount ?? 0) + Math.ceil(source.length / 100) + 1,
    });
  }

  get(source: string): DocumentNode | undefined {
    return this.#bySource.get(source);
  }

  isValid(document: DocumentNode): boolean {
    return this.#valid.has(document);
  }

  addValid(document: DocumentNode): void {
    this.#valid.add(document);
    const source = document.loc?.source.body;
    if (source !== undefined) this.#bySource.set(source, document);
  }
}
