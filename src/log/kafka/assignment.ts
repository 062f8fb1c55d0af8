import { hash } from 'node:crypto';

/**
 * Which member reads which partitions: as many each, give or take one, and a partition changes hands only where a member came
 * or went. A pure function of the members, so that whoever computes it finds the same.
 *
 * Each partition ranks the members by a hash (rendezvous hashing) and goes to the first that has room.
 */
export function assignPartitions(
  members: ReadonlyMap<string, string>,
  partitions: number,
): ReadonlyMap<string, readonly number[]> {
  const assigned = new Map<string, number[]>([...members.keys()].sort().map((member) => [member, []]));
  const least = Math.floor(partitions / members.size);
  /** So many have one more than the least. */
  let larger = partitions % members.size;
  for (let partition = 0; partition < partitions; partition += 1) {
    const ranked = [...assigned].toSorted(([one], [other]) => score(other, partition) - score(one, partition));
    const [, taken] = ranked.find(([, has]) => has.length < least || (has.length === least && larger > 0)) ?? [];
    if (taken?.length === least) larger -= 1;
    taken?.push(partition);
  }
  return assigned;

  /** By the member's name, which a restart keeps. */
  function score(member: string, partition: number): number {
    return Number.parseInt(hash('sha256', `${members.get(member)}/${partition}`).slice(0, 12), 16);
  }
}
