import { readStatus } from '#lib/api/read.ts';

export const GET = async (): Promise<Response> => {
  try {
    const status = await readStatus({ lang: 'en' });
    if (status.ready) return new Response('Quorate is ready.\n');
    const { waitingFor } = status;
    return new Response(
      waitingFor === null
        ? 'Quorate is not ready: a thread does not answer.\n'
        : `Quorate is not ready: ${waitingFor.what} ${waitingFor.done} of ${waitingFor.total}.\n`,
      { status: 503 },
    );
  } catch {
    return new Response('Quorate is not ready: the engine is starting.\n', { status: 503 });
  }
};
