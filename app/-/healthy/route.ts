import { connection } from 'next/server';

/** The HTTP loop answers: nothing more is claimed. */
export const GET = async (): Promise<Response> => {
  await connection();
  return new Response('Quorate is healthy.\n');
};
