nix-nos bgp irr topology.yaml --host 127.0.0.1:1
