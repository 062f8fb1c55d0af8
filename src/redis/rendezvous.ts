/**
 * Which of the named servers holds a key: the one for which the two together hash highest. The same on every node, in
 * whichever order the names are given; one more server takes its share of the keys and moves no other.
 */
export function createRendezvous(names: readonly string[]): (key: string) => number {
  const seeds = names.map((name) => hash(name, 0));
  return (key) => {
    let best = 0;
    let highest = -1;
    for (const [index, seed] of seeds.entries()) {
      const weight = hash(key, seed);
      if (weight > highest) [best, highest] = [index, weight];
    }
    return best;
  };
}

/** FNV-1a over the UTF-16 units, then MurmurHash3's finaliser: alone, FNV leaves keys that differ in their end side by side. */
function hash(text: string, seed: number): number {
  let value = 0x81_1c_9d_c5 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85_eb_ca_6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2_b2_ae_35);
  return (value ^ (value >>> 16)) >>> 0;
}
