PATH=$PWD/tools nix-nos bgp irr topology.yaml --force
