/** Next calls this once per server instance, before the first request. */
export const register = async (): Promise<void> => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { boot } = await import('#lib/engine/boot.ts');
  await boot();
};
