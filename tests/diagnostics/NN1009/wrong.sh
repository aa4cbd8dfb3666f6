PATH=/without-nix nix-nos validate topology.nix
