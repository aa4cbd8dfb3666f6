/**
 * BIRD's preference comes before everything that BGP says. Own routes stand above connected ones, which have 240; those of
 * BGP have its default, and their weight on top.
 */
export const birdPreference = { own: 250, bgp: 100 } as const;
