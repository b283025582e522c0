import { connection } from 'next/server';
import { notFound } from 'next/navigation';

/** Every address that is no page: with more than one root layout, only a route of a group can say so inside its frame. */
export default async function MissingPage() {
  await connection();
  notFound();
}
