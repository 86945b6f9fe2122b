import { z } from 'zod';

/** What a child sends back for each question. */
export const replySchema = z.union([z.object({ value: z.unknown() }), z.object({ error: z.string() })]);

/** Makes this process answer its parent's questions, one after the other, until the parent is gone. */
export const serve = (answer: (question: unknown) => Promise<unknown>): void => {
  const reply = async (question: unknown): Promise<void> => {
    try {
      process.send?.({ value: (await answer(question)) ?? null });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  process.on('message', (question) => void reply(question));
  process.on('disconnect', () => process.exit());
  // A terminal interrupts the whole group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
};
