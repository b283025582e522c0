'use client';

import { useMemo } from 'react';

import type { NodeRowDto } from '#lib/api/schema.ts';
import { legendCounts } from '#lib/topology/hexagon-looks.ts';
import type { Colouring } from '#lib/topology/look.ts';

import { ColourChoice } from './colour-choice.tsx';
import { FleetLegend } from './fleet-legend.tsx';
import { FleetMap } from './fleet-map.tsx';
import { usualLimit } from './fleet-words.ts';
import { useFleet } from './use-fleet.ts';

/** The map of a group of too many members to name each, with its legend. */
export const LargeMap = ({
  name,
  members,
  colouring = 'phi',
  onColour = null,
  selected = null,
  onSelect = null,
  onOpen = () => undefined,
}: {
  name: string;
  members: ReadonlyMap<string, NodeRowDto>;
  colouring?: Colouring;
  /** Null: colours are not chosen here. */
  onColour?: ((colouring: Colouring) => void) | null;
  selected?: string | null;
  /** Null: a picture only. */
  onSelect?: ((id: string | null) => void) | null;
  onOpen?: (node: string) => void;
}) => {
  const fleet = useFleet(members);
  const counts = useMemo(() => legendCounts(fleet, members, colouring), [fleet, members, colouring]);
  const limit = useMemo(() => usualLimit(members), [members]);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-x-5 gap-y-3">
        {onColour !== null && <ColourChoice kind={fleet.kind} colouring={colouring} onChoose={onColour} />}
        <FleetLegend counts={counts} colouring={colouring} limit={limit} />
      </div>
      <FleetMap
        name={name}
        fleet={fleet}
        members={members}
        colouring={colouring}
        selected={selected}
        onSelect={onSelect}
        onOpen={onOpen}
      />
    </>
  );
};
