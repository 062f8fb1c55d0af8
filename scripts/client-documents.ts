const DOCUMENT_TYPE = `/** The text of an operation; whoever sends it learns the types of its variables and its result. */
export type TypedDocument<Result, Variables> = string & { readonly __types?: (variables: Variables) => Result };
`;

const PACKAGE_TYPES = /^import type \{ DocumentTypeDecoration \}.*\n/m;
const STRING_CLASS = /^export class TypedDocumentString[\s\S]*?^}\n/m;
const FRAGMENT = /^export const \w+FragmentDoc = new TypedDocumentString\(`[^`]*`(?:, [^)]*)?\).*;\n/gm;
const DOCUMENT = /new TypedDocumentString\(`([^`]*)`\) as unknown as TypedDocumentString</g;

/**
 * The SDK's documents as the code generator writes them, made plain text: without a class, which bundlers could not leave out where a document is
 * unused; without types of a package that applications have not installed; without white space.
 */
export function plainDocuments(generated: string): string {
  return generated
    .replace(PACKAGE_TYPES, DOCUMENT_TYPE)
    .replace(STRING_CLASS, '')
    .replace(FRAGMENT, '')
    .replace(DOCUMENT, (_, text: string) => `'${text.replaceAll(/\s+/g, ' ').trim()}' as TypedDocument<`);
}
