nix-nos certs topology.yaml --dir out/certs
