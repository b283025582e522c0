'use client';

import type { Route } from 'next';
import NextLink from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** Makes the address of a page that keeps the instant of this one, and the range of its scrubber. */
export const useHref = (): ((href: string) => Route) => {
  const params = useSearchParams();
  const at = params.get('at');
  const range = params.get('range');
  return useCallback(
    (href) => {
      const [path = '', search = ''] = href.split('?');
      const query = new URLSearchParams(search);
      for (const [name, value] of [
        ['at', at],
        ['range', range],
      ] as const)
        if (value !== null && !query.has(name)) query.set(name, value);
      const text = query.toString();
      return (text === '' ? path : `${path}?${text}`) as Route; // made of a route and its query
    },
    [at, range],
  );
};

type LinkProps = Omit<React.ComponentProps<typeof NextLink>, 'href'> & { readonly href: string };

/** A link within the product: the page it opens stays at the instant of this one. */
export const Link = ({ href, ...rest }: LinkProps) => <NextLink href={useHref()(href)} {...rest} />;
