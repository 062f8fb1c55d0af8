const drafts = new Map<string, string>();

/** What was begun in a channel stays there while others are looked at. */
export function keepDraft(channelId: string, text: string): void {
  if (text === '') drafts.delete(channelId);
  else drafts.set(channelId, text);
}

export const takeDraft = (channelId: string): string => drafts.get(channelId) ?? '';
