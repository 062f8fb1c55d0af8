import type { ImportResult } from '../services/imports.ts';
import { builder } from './builder.ts';
import { DateTime } from './scalars.ts';
import { actor } from './viewer.ts';

const ImportLine = builder.inputType('ImportLine', {
  description: 'One message of another chat.',
  fields: (t) => ({
    line: t.int({ description: 'Its line in the file, from 1: with the name of the file it is the nonce.' }),
    at: t.field({ type: DateTime, description: 'When it was sent.' }),
    channel: t.string({ description: "The group's name, 1 to 100 characters. The group is made where there is none." }),
    author: t.string({ description: 'A handle. An account that nobody can log in to is made where there is none.' }),
    text: t.string({ description: 'At most 8,000 characters, not blank.' }),
  }),
});

const ImportMessagesInput = builder.inputType('ImportMessagesInput', {
  description: 'A part of a chat log.',
  fields: (t) => ({
    importToken: t.string({
      description: "The node's IMPORT_TOKEN. A node that was started without one refuses imports.",
    }),
    file: t.string({ description: 'The name of the file that the lines are from: the same again adds nothing.' }),
    formerFile: t.string({
      required: false,
      description:
        'Another name that the lines may have been imported under before. What is there under it, with the same text and time, is not brought in again.',
    }),
    lines: t.field({ type: [ImportLine], description: 'At most 1,000, in order.' }),
  }),
});

const SkippedLine = builder.objectRef<ImportResult['skipped'][number]>('SkippedLine').implement({
  description: 'A line that was left out.',
  fields: (t) => ({
    line: t.exposeInt('line', { description: 'Its number in the file.' }),
    reason: t.exposeString('reason', { description: 'Why, in words.' }),
  }),
});

const ImportPayload = builder.objectRef<ImportResult>('ImportPayload').implement({
  description: 'What came of the lines: each is counted once.',
  fields: (t) => ({
    imported: t.exposeInt('imported', { description: 'Lines that are messages from now on.' }),
    repeated: t.exposeInt('repeated', { description: 'Lines that an earlier run had brought in.' }),
    skipped: t.field({
      type: [SkippedLine],
      description:
        'Lines that can not be messages: their author found no seat, they are not sound, or another text was imported as the same line of the file.',
      resolve: ({ skipped }) => skipped,
    }),
  }),
});

builder.mutationField('importMessages', (t) =>
  t.field({
    type: ImportPayload,
    nullable: true,
    description:
      'Brings in history of another chat with its own times; the same lines again add nothing. The viewer owns the groups that it makes and takes one seat in each. FORBIDDEN without the import token; RATE_LIMITED after many wrong ones.',
    args: { input: t.arg({ type: ImportMessagesInput, description: 'The lines, and what allows to import them.' }) },
    resolve: (_, { input: { importToken, file, formerFile, lines } }, context) => {
      const viewer = actor(context);
      const { clientAddress } = context.connection;
      const request = { importToken, file, formerFile: formerFile ?? null, lines, clientAddress };
      return context.services.imports.run(viewer, request);
    },
  }),
);
